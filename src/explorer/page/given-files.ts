import { readDropped, type Dropped } from './dropped.js';

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => {
      entry.file(resolve, reject);
    });
    return [withPath(file, entry.fullPath.replace(/^\//, ''))];
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const reader = entry.createReader();
  const found: File[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return found;
    for (const one of some) found.push(...(await filesIn(one)));
  }
}

/** Where a file lay within the folder that was dropped or chosen. */
const paths = new WeakMap<File, string>();

function withPath(file: File, path: string): File {
  paths.set(file, path);
  return file;
}

function pathOf(file: File): string {
  return paths.get(file) ?? (file.webkitRelativePath === '' ? file.name : file.webkitRelativePath);
}

/** @returns what some files hold. */
export function readFiles(files: readonly File[]): Promise<Dropped> {
  return readDropped(files.map((file) => ({ path: pathOf(file), read: async () => new Uint8Array(await file.arrayBuffer()) })));
}

/** @returns the files that a drop holds, those of its folders as well. To be called while the event lasts. */
export async function filesOfDrop({ dataTransfer }: DragEvent): Promise<readonly File[]> {
  const entries = [...(dataTransfer?.items ?? [])].flatMap((item) => item.webkitGetAsEntry() ?? []);
  // a program that drops files may offer them without a folder around them
  if (entries.length === 0) return [...(dataTransfer?.files ?? [])];
  return (await Promise.all(entries.map(filesIn))).flat();
}

/** Hands what is dropped anywhere on the page to one taker, the latest that asked for it. */
let taker: ((files: Promise<readonly File[]>) => void) | undefined;

/** From now on drops are for `take`. */
export function onDrop(take: (files: Promise<readonly File[]>) => void): void {
  if (taker === undefined) {
    addEventListener('dragover', (event) => event.preventDefault());
    addEventListener('drop', (event) => {
      event.preventDefault();
      taker?.(filesOfDrop(event));
    });
  }
  taker = take;
}

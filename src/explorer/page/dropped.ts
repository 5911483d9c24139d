import { decode } from '../../core.js';
import { isCapture } from '../../snapshot/packed.js';
import type { Problem } from '../../model/origin.js';
import { isPacked, unpack } from './unpack.js';

/** A capture as it was dropped, chosen, or found in an archive. */
export interface DroppedCapture {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A text likewise. */
export interface DroppedText {
  readonly path: string;
  readonly text: string;
}

/** What a person gave the page. */
export interface Dropped {
  readonly texts: readonly DroppedText[];
  readonly captures: readonly DroppedCapture[];
  readonly problems: readonly Problem[];
}

/** @returns all of it together. */
export function together(parts: readonly Dropped[]): Dropped {
  return {
    texts: parts.flatMap(({ texts }) => texts),
    captures: parts.flatMap(({ captures }) => captures),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

/** @returns the folder that an archive's files are put in, beside others: its name without its endings. */
function folderOf(path: string): string {
  return path.replace(/\.(?:gz|xz|zst)$/i, '').replace(/\.(?:tar|tgz|txz|zip)$/i, '');
}

const isCaptureName = (path: string): boolean => isCapture(path.replace(/\.gz$/i, '')) || /\.cap(?:\.gz)?$/i.test(path);

/** @param alone whether nothing else was given: the paths in an archive are then the snapshot's own. */
async function readFile(file: File, path: string, alone: boolean): Promise<Dropped> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isCaptureName(path)) return { texts: [], captures: [{ path, bytes }], problems: [] };
  if (!isPacked(bytes)) return { texts: [{ path, text: decode(bytes) }], captures: [], problems: [] };
  const captures: DroppedCapture[] = [];
  const { texts, problems } = await unpack(path, bytes, (inner, content) => void captures.push({ path: inner, bytes: content }));
  const under = alone ? '' : `${folderOf(path)}/`;
  return { texts: [...texts].map(([inner, text]) => ({ path: under + inner, text })), captures, problems };
}

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

/** @returns what some files hold: texts as they are, archives unpacked, captures apart. */
export async function readFiles(files: readonly File[]): Promise<Dropped> {
  const parts: Dropped[] = [];
  for (const file of files) parts.push(await readFile(file, pathOf(file), files.length === 1));
  return together(parts);
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

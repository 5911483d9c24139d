import { decode, isSnapshotPath, takeIn, unwrap, type HostTexts } from '../../core.js';
import { explorationOf } from '../engine.js';
import type { ExplorerData } from '../data.js';
import { button, el, fill, soon } from './dom.js';
import { HostPage } from './host-page.js';

/** A file that was dropped or chosen, by its path within the folder that was. */
interface Given {
  readonly path: string;
  readonly text: string;
}

const PACKED = /\.(?:tar|tgz|txz|gz|xz|bz2|zst|zip)$/i;
const CAPTURE = /\.pcap(?:ng)?$/i;

/** The same that the command does with a folder or files: a snapshot as it is, anything else told apart by what it holds. */
function textsFrom(given: readonly Given[]): HostTexts {
  const { texts } = unwrap({ texts: new Map(given.map(({ path, text }) => [path, text])), captures: [], problems: [] });
  if ([...texts.keys()].some(isSnapshotPath)) return { files: texts, captures: [], problems: [] };
  const { files, parts, problems } = takeIn(given, 'what was dropped');
  return { files, parts, problems, captures: [] };
}

async function readFile(file: File, path: string): Promise<Given[]> {
  if (CAPTURE.test(path)) return [];
  if (PACKED.test(path)) throw new Error(`${path}: this page unpacks nothing; give the folder that is in it, or its files`);
  return [{ path, text: decode(new Uint8Array(await file.arrayBuffer())) }];
}

async function readEntry(entry: FileSystemEntry): Promise<Given[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => {
      entry.file(resolve, reject);
    });
    return readFile(file, path);
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const reader = entry.createReader();
  const found: Given[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return found;
    for (const one of some) found.push(...(await readEntry(one)));
  }
}

async function readChosen(files: FileList | null): Promise<Given[]> {
  const found: Given[] = [];
  for (const file of files ?? [])
    found.push(...(await readFile(file, file.webkitRelativePath === '' ? file.name : file.webkitRelativePath)));
  return found;
}

/** The empty page: it takes a paste, files or a folder, and becomes the page of that host. */
export class BlankPage {
  private readonly told = el('div', { role: 'status', 'aria-live': 'polite' });

  constructor(
    private readonly root: HTMLElement,
    private readonly data: ExplorerData,
  ) {}

  start(): void {
    const paste = el('textarea', { id: 'paste', rows: '8', spellcheck: 'false' });
    const files = el('input', { type: 'file', id: 'files', multiple: true });
    const folder = el('input', { type: 'file', id: 'folder', webkitdirectory: true });
    files.addEventListener('change', () => this.take(readChosen(files.files)));
    folder.addEventListener('change', () => this.take(readChosen(folder.files)));
    const drop = el(
      'section',
      { class: 'drop', 'aria-label': 'What the host prints' },
      el('p', {}, 'Drop files or a folder here, or choose them. They stay in this page: it can fetch nothing and send nothing.'),
      el('div', { class: 'field' }, el('label', { for: 'files' }, 'Files of listings'), files),
      el('div', { class: 'field' }, el('label', { for: 'folder' }, 'A folder: a snapshot, or an unpacked support bundle'), folder),
      el('div', { class: 'field' }, el('label', { for: 'paste' }, 'Or paste what commands print, with the commands above it'), paste),
      button('Read it', () => this.take(Promise.resolve([{ path: 'paste', text: paste.value }])), { class: 'primary' }),
      this.told,
    );
    fill(
      this.root,
      el('header', { class: 'top' }, el('h1', {}, 'Explore a host'), el('p', { class: 'facts' }, 'From what its own commands print')),
      el('main', {}, drop),
    );
    this.takeDrops();
  }

  private takeDrops(): void {
    addEventListener('dragover', (event) => event.preventDefault());
    addEventListener('drop', (event) => {
      event.preventDefault();
      const entries = [...(event.dataTransfer?.items ?? [])].flatMap((item) => item.webkitGetAsEntry() ?? []);
      this.take(Promise.all(entries.map(readEntry)).then((found) => found.flat()));
    });
  }

  private take(given: Promise<readonly Given[]>): void {
    fill(this.told, el('p', { class: 'hint' }, 'Reading …'));
    given.then(
      (files) => soon(() => this.read(files)),
      (error: unknown) => this.fail(error),
    );
  }

  private read(files: readonly Given[]): void {
    try {
      const texts = textsFrom(files);
      new HostPage(this.root, explorationOf(texts, this.data), texts).start();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    fill(this.told, el('p', { class: 'error', role: 'alert' }, error instanceof Error ? error.message : String(error)));
  }
}

import { isSnapshotPath, takeIn, unwrap, type HostTexts } from '../../core.js';
import { explorationOf } from '../engine.js';
import type { ExplorerData } from '../data.js';
import { button, el, fill, soon } from './dom.js';
import { onDrop, readFiles, type Dropped } from './dropped.js';
import { HostPage } from './host-page.js';

/** The same that the command does with a folder or files: a snapshot as it is, anything else told apart by what it holds. */
function textsFrom({ texts: given, problems: refused }: Dropped): HostTexts {
  const { texts } = unwrap({ texts: new Map(given.map(({ path, text }) => [path, text])), captures: [], problems: [], unread: new Map() });
  if ([...texts.keys()].some(isSnapshotPath)) return { files: texts, captures: [], problems: refused };
  const { files, parts, problems } = takeIn(given, 'what was dropped');
  return { files, parts, problems: [...refused, ...problems], captures: [] };
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
    for (const input of [files, folder]) input.addEventListener('change', () => this.take(Promise.resolve([...(input.files ?? [])])));
    const drop = el(
      'section',
      { class: 'drop', 'aria-label': 'What the host prints' },
      el(
        'p',
        {},
        'Drop files, a folder or an archive here, or choose them. They stay in this page: it can fetch nothing and send nothing.',
      ),
      el(
        'div',
        { class: 'field' },
        el('label', { for: 'files' }, 'Files of listings, an archive (.tar, .tar.gz, .tar.xz, .tar.zst, .zip), captures'),
        files,
      ),
      el('div', { class: 'field' }, el('label', { for: 'folder' }, 'A folder: a snapshot, or a support bundle'), folder),
      el('div', { class: 'field' }, el('label', { for: 'paste' }, 'Or paste what commands print, with the commands above it'), paste),
      button('Read it', () => this.read({ texts: [{ path: 'paste', text: paste.value }], captures: [], problems: [] }), {
        class: 'primary',
      }),
      this.told,
    );
    fill(
      this.root,
      el('header', { class: 'top' }, el('h1', {}, 'Explore a host'), el('p', { class: 'facts' }, 'From what its own commands print')),
      el('main', {}, drop),
    );
    onDrop((given) => this.take(given));
  }

  private take(given: Promise<readonly File[]>): void {
    fill(this.told, el('p', { class: 'hint' }, 'Reading …'));
    given.then(readFiles).then(
      (dropped) => soon(() => this.read(dropped)),
      (error: unknown) => this.fail(error),
    );
  }

  private read(dropped: Dropped): void {
    try {
      const texts = textsFrom(dropped);
      new HostPage(this.root, explorationOf(texts, this.data), texts, { version: this.data.version, captures: dropped.captures }).start();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    fill(this.told, el('p', { class: 'error', role: 'alert' }, error instanceof Error ? error.message : String(error)));
  }
}

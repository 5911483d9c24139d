import { explorationOf } from '../engine.js';
import type { ExplorerData } from '../data.js';
import { button, el, fill, soon } from './dom.js';
import { NOTHING, type Dropped } from './dropped.js';
import { textsOfDropped } from './dropped-host.js';
import { onDrop, readFiles } from './given-files.js';
import { HostPage } from './host-page.js';

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
      button('Read it', () => this.read({ ...NOTHING, texts: [{ path: 'paste', text: paste.value }] }), {
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
      const texts = textsOfDropped(dropped);
      new HostPage(this.root, explorationOf(texts, this.data), texts, { version: this.data.version, captures: dropped.captures }).start();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    fill(this.told, el('p', { class: 'error', role: 'alert' }, error instanceof Error ? error.message : String(error)));
  }
}

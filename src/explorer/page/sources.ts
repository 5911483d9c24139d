import { place } from '../../report/words.js';
import type { Origin } from '../../model/origin.js';
import type { HostTexts } from '../../core.js';
import { button, el, fill } from './dom.js';

/** So many lines are shown on either side of the one that is looked for. */
const AROUND = 120;

/** The lines of each file, by the name that answers cite. A file of several listings is put together of them: each has its lines in their places. */
export class Sources {
  private readonly files = new Map<string, string[]>();

  constructor(texts: HostTexts) {
    for (const [path, file] of texts.files) {
      const { text, shown } = typeof file === 'string' ? { text: file, shown: path } : file;
      const lines = text.split('\n');
      const known = this.files.get(shown);
      if (known === undefined) this.files.set(shown, lines);
      else
        lines.forEach((line, i) => {
          if (line !== '' || known[i] === undefined) known[i] = line;
        });
    }
  }

  lines(file: string): readonly string[] | undefined {
    return this.files.get(file);
  }
}

/** The files of the snapshot, beside an answer: one of them at a time, with the line that was asked for marked. */
export class SourceView {
  readonly element = el('section', { class: 'source', 'aria-label': 'The file' });
  private readonly heading = el('h3', {}, 'The line in its file');
  private readonly body = el('div', { class: 'lines', tabindex: '0', role: 'region', 'aria-label': 'Lines of the file' });

  constructor(private readonly sources: Sources) {
    fill(this.element, this.heading, this.body);
    this.clear();
  }

  clear(): void {
    fill(this.heading, 'The line in its file');
    fill(this.body, el('p', { class: 'hint' }, 'Choose a place such as host/iptables-save.txt:23 in the answer to see the line there.'));
  }

  show(origin: Origin): void {
    const lines = this.sources.lines(origin.file);
    fill(this.heading, place(origin));
    if (lines === undefined) {
      fill(
        this.body,
        el('p', { class: 'hint' }, 'This is no file of the snapshot: it stands in a command that is supposed to have been run.'),
      );
      return;
    }
    const from = Math.max(0, origin.line - 1 - AROUND);
    const to = Math.min(lines.length, origin.line + AROUND);
    const list = el('ol', { start: String(from + 1) });
    lines.slice(from, to).forEach((line, i) => list.appendChild(this.line(line, from + i + 1, origin.line)));
    const before = from === 0 ? undefined : el('p', { class: 'hint' }, `${from} lines before`);
    const after = to >= lines.length ? undefined : el('p', { class: 'hint' }, `${lines.length - to} lines after`);
    fill(this.body, before, list, after);
    const marked = this.body.querySelector<HTMLElement>('.marked');
    this.body.scrollTop = marked === null ? 0 : marked.offsetTop - this.body.clientHeight / 3;
  }

  /** Shows a place that was asked for, and brings it into sight where it stands below the answer. */
  lookAt(origin: Origin): void {
    this.show(origin);
    this.element.scrollIntoView({ block: 'nearest' });
  }

  private line(text: string, number: number, wanted: number): HTMLElement {
    if (number !== wanted) return el('li', {}, text);
    return el('li', { class: 'marked', 'aria-current': 'true' }, el('mark', {}, text));
  }
}

/** @returns a button that shows a place in its file. */
export function placeButton(origin: Origin, view: SourceView): HTMLButtonElement {
  const text = place(origin);
  return button(text, () => view.lookAt(origin), { class: 'place-link', title: `Show ${text}` });
}

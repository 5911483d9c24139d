import type { Host } from '../../model/host.js';
import { place } from '../../report/words.js';
import { el } from './dom.js';
import { placeButton, type SourceView } from './sources.js';

/** So many problems are listed; the rest are counted. */
const MOST = 200;

/** @returns what was read of which file, and what was not understood. */
export function readOf({ files, problems }: Host, view: SourceView): HTMLElement {
  const shown = problems.slice(0, MOST);
  const used = { whole: 'whole', part: 'in part', none: 'not used' } as const;
  return el(
    'div',
    {},
    el(
      'p',
      { class: 'hint' },
      'What the model is made of. Environments, command lines and values of labels of containers were left out when this page was written.',
    ),
    problems.length > 0 && el('h3', {}, `Not understood, or noted (${problems.length})`),
    el(
      'ul',
      { class: 'notes' },
      ...shown.map(({ origin, message, text }) =>
        el(
          'li',
          {},
          origin.line > 0 ? placeButton(origin, view) : place(origin),
          ` ${message}`,
          text === '' ? undefined : ': ',
          text !== '' && el('code', {}, text),
        ),
      ),
      problems.length > MOST && el('li', {}, `and ${problems.length - MOST} more`),
    ),
    el('h3', {}, `Files (${files.length})`),
    el(
      'ul',
      { class: 'files' },
      ...files.map(({ file, used: how }) => el('li', {}, placeButton({ file, line: 1 }, view), ` ${used[how]}`)),
    ),
  );
}

import type { ReachChange } from '../../model/reachability.js';
import { sideLackText } from '../../report/lacks.js';
import { groundTexts } from '../../report/unread.js';
import { count, place } from '../../report/words.js';
import type { ExploredHost } from '../engine.js';
import type { TypedQuestion } from '../question.js';
import { button, el, fill, soon } from './dom.js';
import { questionOf } from './matrix.js';

const TITLES = { opened: 'Opened', closed: 'Closed', undecided: 'Undecided' } as const;

interface Wishes {
  readonly ask: (question: TypedQuestion) => void;
  /** Answers are to be of this host from now on. */
  readonly keep: (after: ExploredHost) => void;
}

function changeOf(change: ReachChange, { ask }: Wishes): HTMLElement {
  const { kind, service, ports, sources, before, after, reason, cause } = change;
  const at = cause?.origin === undefined ? '' : ` [${place(cause.origin)}]`;
  return el(
    'li',
    { class: `change ${kind}` },
    el('strong', {}, `${TITLES[kind]}: ${service}${ports === undefined ? '' : ` (ports ${ports})`}`),
    el('p', {}, `from ${sources.join(', ')}: ${before} → ${after}`),
    el('p', {}, reason),
    cause !== undefined && cause.text !== reason && el('p', {}, `because of, ${cause.side}: ${cause.text}${at}`),
    button('Show the path', () => ask(questionOf(change.witness)), { class: 'place-link' }),
  );
}

/** @returns the commands of a text, one a line; remarks are left out. */
function commandsIn(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim().replace(/^\$ /, ''))
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** @returns a box to suppose commands in, and what they open and close. */
export function whatIfOf(now: ExploredHost, wishes: Wishes): HTMLElement {
  const text = el('textarea', { id: 'what-if', rows: '3', spellcheck: 'false', 'aria-describedby': 'what-if-hint' });
  const result = el('div', { role: 'status', 'aria-live': 'polite' });
  const supposed = now.supposed.map((command) => el('li', {}, el('code', {}, command)));
  const told = now.notes.map((note) => el('li', {}, note));
  const run = (): void => {
    fill(result, el('p', { class: 'hint' }, 'Comparing …'));
    soon(() => {
      try {
        const after = now.after(commandsIn(text.value));
        const { changes, lacking, compared, ...grounds } = now.changesTo(after);
        const sum = `${count(compared, 'pair')} compared: ${changes.length === 0 ? 'nothing opens, nothing closes' : count(changes.length, 'change')}.`;
        const rests = [...after.notes.slice(now.notes.length), ...lacking.map(sideLackText), ...groundTexts(grounds)];
        fill(
          result,
          el('p', {}, sum),
          el(
            'ul',
            { class: 'changes' },
            ...changes.map((change) => changeOf(change, { ...wishes, ask: (q) => (wishes.keep(after), wishes.ask(q)) })),
          ),
          rests.length > 0 && el('ul', { class: 'notes' }, ...rests.map((one) => el('li', {}, one))),
          button('Ask questions of the host after this', () => wishes.keep(after)),
        );
      } catch (error) {
        fill(result, el('p', { class: 'error' }, error instanceof Error ? error.message : String(error)));
      }
    });
  };
  return el(
    'div',
    {},
    el('label', { for: 'what-if' }, 'Suppose these were run first, one a line'),
    el(
      'p',
      { class: 'hint', id: 'what-if-hint' },
      'iptables, ip6tables, nft, ipset, ip, bridge, sysctl, docker. Nothing is run: the model is changed.',
    ),
    text,
    el('p', { class: 'actions' }, button('What opens, what closes?', run)),
    supposed.length > 0 && el('section', { class: 'notes' }, el('h3', {}, 'Supposed already'), el('ul', {}, ...supposed, ...told)),
    result,
  );
}

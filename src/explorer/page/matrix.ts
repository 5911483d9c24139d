import { cellWitness } from '../../core.js';
import type { Matrix, MatrixResult } from '../../model/reachability.js';
import type { FlowRequest } from '../../model/trace.js';
import { cellText, layOut, serviceText, type MatrixColumn, type MatrixRow } from '../../report/matrix/layout.js';
import { report as markdown } from '../../report/matrix/md.js';
import { isUsed } from '../../report/matrix/used.js';
import { groundTexts } from '../../report/unread.js';
import type { TypedQuestion } from '../question.js';
import { button, download, el } from './dom.js';

const OUTSIDE: ReadonlySet<string> = new Set(['outside', 'lan']);
const WORDS = { open: 'open', partial: 'some packets', closed: 'closed', unknown: 'not known' } as const;
/** What is open first, then what may be. */
const ORDER = { open: 0, partial: 1, unknown: 2, closed: 3 } as const;

/** @returns the flow as it would be asked. */
export function questionOf({ from, to, dport, proto }: FlowRequest): TypedQuestion {
  const host = to.includes(':') && dport !== undefined ? `[${to}]` : to;
  return { from, to: dport === undefined ? host : `${host}:${dport}`, ...(proto === undefined ? {} : { proto }) };
}

const isOutside = ({ sources }: MatrixColumn): boolean => sources.some(({ kind }) => OUTSIDE.has(kind));

interface Shown {
  readonly column: MatrixColumn;
  /** Where its results stand in a row. */
  readonly at: number;
}

/** Columns with those of the outside first. */
function columnsInOrder(columns: readonly MatrixColumn[]): readonly Shown[] {
  const shown = columns.map((column, at) => ({ column, at }));
  return [...shown.filter(({ column }) => isOutside(column)), ...shown.filter(({ column }) => !isOutside(column))];
}

function worst(row: MatrixRow, columns: readonly Shown[]): number {
  return Math.min(...columns.filter(({ column }) => isOutside(column)).map(({ at }) => ORDER[row.results[at]?.reach ?? 'closed']), 4);
}

interface CellWords {
  readonly label: string;
  /** Captures show it in use. */
  readonly used: boolean;
}

function cellOf(
  result: MatrixResult,
  { label, used }: CellWords,
  witness: TypedQuestion,
  ask: (question: TypedQuestion) => void,
): HTMLElement {
  const words = `${result.ports ?? WORDS[result.reach]}${used ? ', in use' : ''}`;
  const made = el(
    'button',
    { type: 'button', class: 'reach', title: result.reason, 'aria-label': `${label}: ${words}. Show the path` },
    words,
  );
  made.addEventListener('click', () => ask(witness));
  return el('td', { class: used ? `${result.reach} used` : result.reach }, made);
}

/** @returns who reaches what, what the outside reaches first; each cell leads to the path that shows it. */
export function matrixOf(matrix: Matrix, ask: (question: TypedQuestion) => void): HTMLElement {
  const { columns, rows } = layOut(matrix);
  const shown = columnsInOrder(columns);
  const services = rows.map((row, at) => ({ row, at })).sort((a, b) => worst(a.row, shown) - worst(b.row, shown));
  const names = ({ sources }: MatrixColumn): string => sources.map(({ name }) => name).join(', ');
  const head = shown.map(({ column }) =>
    el('th', { scope: 'col', title: names(column), class: isOutside(column) ? 'outside' : undefined }, column.title),
  );
  const body = services.map(({ row, at: service }) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, row.service.name, el('small', {}, serviceText(row.service))),
      ...shown.map(({ column, at }) =>
        cellOf(
          row.results[at]!,
          {
            label: `${column.title} to ${row.service.name}, ${cellText(row.results[at]!)}`,
            used: isUsed(matrix, service, new Set(column.sources.map(({ name }) => name))),
          },
          questionOf(cellWitness(matrix, column.at, service)),
          ask,
        ),
      ),
    ),
  );
  const notes = [...matrix.notes, ...groundTexts(matrix)].map((note) => el('li', {}, note));
  return el(
    'div',
    {},
    el(
      'p',
      { class: 'hint' },
      'Rows are services, columns are sources that fare alike; the outside stands first. Choose a cell to see the path.',
    ),
    el(
      'div',
      { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Who reaches what' },
      el(
        'table',
        { class: 'matrix' },
        el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Service'), ...head)),
        el('tbody', {}, ...body),
      ),
    ),
    notes.length > 0 && el('section', { class: 'notes' }, el('h3', {}, 'What this rests on'), el('ul', {}, ...notes)),
    el(
      'p',
      { class: 'actions' },
      button('Save as Markdown', () =>
        download('matrix.md', 'text/markdown', [...markdown.render(matrix, { verbose: false, color: false })].join('')),
      ),
    ),
  );
}

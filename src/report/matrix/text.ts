import { hostGroundTexts } from '../unread.js';
import { place } from '../words.js';
import { createColors } from 'picocolors';
import type { Matrix, MatrixResult } from '../../model/reachability.js';
import { escapeTerminal } from '../escape.js';
import type { ReportOptions } from '../trace/report.js';
import type { MatrixReport } from './report.js';
import { isUsed, usesInOrder, useText } from './used.js';
import { boundsText, cellText, distanceOf, layOut, serviceText, witnessCommand, type Distance, type MatrixLayout } from './layout.js';
import { fitted, wrap } from '../wrap.js';

type Paint = ReturnType<typeof createColors>;

function paint(colors: Paint, { reach }: MatrixResult, distance: Distance, text: string): string {
  switch (reach) {
    case 'open':
    case 'partial':
      return distance === 'outside' ? colors.red(text) : distance === 'across' ? colors.yellow(text) : text;
    case 'unknown':
      return colors.magenta(text);
    case 'closed':
      return colors.dim(text);
  }
}

const WIDEST = 24;

function cut(text: string, most: number): string {
  const safe = escapeTerminal(text);
  return safe.length <= most ? safe : `${safe.slice(0, most - 1)}…`;
}

/** In use, as captures show. */
const USED = '*';
/** Reached from without. */
const OUTSIDE = '!';
/** What stands between two columns. */
const GAP = 2;

/** Letters that stand for columns whose names are too long. */
const letter = (i: number): string => String.fromCharCode(65 + (i % 26)) + (i < 26 ? '' : String(Math.floor(i / 26)));

/** Folds columns so that no line is wider: those that fit, then those that fit beside the first column again, and so on. */
function folded(widths: readonly number[], first: number, width: number): readonly (readonly number[])[] {
  const blocks: number[][] = [];
  let left = 0;
  for (const [i, own] of widths.entries()) {
    const block = blocks.at(-1);
    if (block === undefined || left < own + GAP) {
      blocks.push([i]);
      left = width - first - own - GAP;
    } else {
      block.push(i);
      left -= own + GAP;
    }
  }
  return blocks;
}

function table(matrix: Matrix, layout: MatrixLayout, colors: Paint, width: number): string {
  const { columns, rows } = layout;
  const far = rows.map(({ service }) => columns.map((column) => distanceOf(matrix, column, service)));
  const isOutside = rows.map(({ results }, row) => results.some(({ reach }, i) => far[row]![i] === 'outside' && reach !== 'closed'));
  const marked = rows.map(({ service }, row) => `${isOutside[row] ? OUTSIDE : ' '} ${escapeTerminal(service.name)}`);
  const first = Math.max(9, ...marked.map((name) => name.length));
  const most = Math.min(WIDEST, Math.max(4, width - first - GAP));
  const names = columns.map(({ sources }) => new Set(sources.map((source) => source.name)));
  const texts = rows.map(({ results }, row) =>
    results.map((result, i) => cut(cellText(result), most - 1) + (isUsed(matrix, row, names[i]!) ? USED : '')),
  );
  const titles = columns.map(({ title }) => escapeTerminal(title));
  const widthsWith = (heads: readonly string[]): readonly number[] =>
    heads.map((head, i) => Math.max(head.length, ...texts.map((cells) => cells[i]!.length)));
  const isTight = first + widthsWith(titles).reduce((sum, own) => sum + own + GAP, 0) > Math.min(width, 120);
  const heads = isTight ? columns.map((_, i) => letter(i)) : titles;
  const widths = widthsWith(heads);
  const block = (which: readonly number[]): string => {
    const head = `${'  service'.padEnd(first)}  ${which.map((i) => heads[i]!.padEnd(widths[i]!)).join('  ')}`;
    const lines = rows.map(({ service, results }, row) => {
      const cells = which.map((i) => paint(colors, results[i]!, far[row]![i]!, texts[row]![i]!.padEnd(widths[i]!)));
      const taken = first + which.reduce((sum, i) => sum + widths[i]! + GAP, 0);
      const what = escapeTerminal(serviceText(service));
      const told = taken + GAP + what.length <= width ? `  ${colors.dim(what)}` : '';
      return `${marked[row]!.padEnd(first)}  ${cells.join('  ')}${told}`.trimEnd();
    });
    return [head.trimEnd(), ...lines].join('\n');
  };
  const legend = columns.flatMap(({ sources, title }, i) => {
    const all = escapeTerminal(sources.map(({ name }) => name).join(', '));
    return isTight || all !== escapeTerminal(title) ? wrap(`  ${heads[i]!}: ${all}`, width, '    ') : [];
  });
  const told =
    legend.length === 0
      ? ''
      : `${wrap('Sources; containers that fare as their network does share its column:', width).join('\n')}\n${legend.join('\n')}\n\n`;
  return `${told}${folded(widths, first, width).map(block).join('\n\n')}\n`;
}

function detail(result: MatrixResult, about: ReportOptions['about']): string {
  const at = result.decidedBy === undefined ? '' : ` [${escapeTerminal(place(result.decidedBy))}]`;
  const extra = [...result.rewritten.map((text) => `rewritten: ${text}`), ...boundsText(result, 12, about)];
  return [
    `${result.outcome}: ${escapeTerminal(result.reason)}${at}`,
    ...extra.map(escapeTerminal),
    `witness: ${escapeTerminal(witnessCommand(result, about))}`,
  ]
    .map((line) => `      ${line}`)
    .join('\n');
}

/** Every cell with its reason and witness, sources that fare alike once. */
function details({ columns, rows }: MatrixLayout, about: ReportOptions['about']): string {
  return rows
    .map(({ service, results }) => {
      const cells = columns.map(
        (c, i) => `    ${escapeTerminal(c.title)}: ${escapeTerminal(cellText(results[i]!))}\n${detail(results[i]!, about)}`,
      );
      return `  ${escapeTerminal(service.name)} (${escapeTerminal(serviceText(service))}) at ${service.addresses.map(escapeTerminal).join(', ')}\n${cells.join('\n')}`;
    })
    .join('\n');
}

function usedText(matrix: Matrix): string {
  const uses = usesInOrder(matrix);
  if (uses.length === 0) return '\nThe captures show none of these in use.';
  return `\n${USED} in use, as the captures show:\n${uses.map((use) => `  ${escapeTerminal(useText(matrix, use))}`).join('\n')}`;
}

function render(matrix: Matrix, options: ReportOptions): string {
  const width = options.width ?? Infinity;
  const notes = [...matrix.notes, ...hostGroundTexts(matrix)].map((note) => `${escapeTerminal(note)}\n`).join('');
  if (matrix.services.length === 0 || matrix.sources.length === 0)
    return fitted(`Nothing to ask: the snapshot shows no source or no service that fits.\n${notes}`, width);
  const layout = layOut(matrix);
  const colors = createColors(options.color);
  const hint = options.verbose
    ? ''
    : '\n!: reached from outside. open: every packet gets through; part: some do; -: none; ?: the snapshot does not tell. -v gives the reason and a witness for each cell.\n';
  const left =
    options.verbose || matrix.services.some(({ kind }) => kind === 'unlistened')
      ? ''
      : 'Ports that nobody listens on are left out; --unlistened lists them.\n';
  const used = matrix.used === undefined ? '' : `${usedText(matrix)}\n`;
  return `${table(matrix, layout, colors, width)}${fitted(`${used}${options.verbose ? `\n${details(layout, options.about)}\n` : ''}${hint}${left}${notes}`, width)}`;
}

export const report: MatrixReport = { render: (matrix, options) => [render(matrix, options)] };

import { witnessCommand as printWitness } from '../witness.js';
import type { Matrix, MatrixResult, MatrixService, MatrixSource, Reach } from '../../model/reachability.js';

/** Sources that fare alike at every service: one column. */
export interface MatrixColumn {
  readonly title: string;
  readonly sources: readonly MatrixSource[];
  /** Index of the first of them in the matrix. */
  readonly at: number;
}

export interface MatrixRow {
  readonly service: MatrixService;
  /** One for each column. */
  readonly results: readonly MatrixResult[];
}

export interface MatrixLayout {
  readonly columns: readonly MatrixColumn[];
  readonly rows: readonly MatrixRow[];
}

export const SIGN: Readonly<Record<Reach, string>> = { open: 'open', partial: 'part', closed: '-', unknown: '?' };

const NAMES = 3;

function title(sources: readonly MatrixSource[]): string {
  const names = sources.map((s) => s.name);
  return names.length <= NAMES ? names.join(', ') : `${names.slice(0, NAMES).join(', ')} and ${names.length - NAMES} more`;
}

/** @returns the result of a cell. */
export function resultAt(matrix: Matrix, source: number, service: number): MatrixResult {
  return matrix.results[matrix.cells[source]![service]!]!;
}

/** Puts sources that fare alike into one column. */
export function layOut(matrix: Matrix): MatrixLayout {
  const groups = new Map<string, number[]>();
  matrix.sources.forEach((_, s) => {
    const key = matrix.services.map((__, v) => cellText(resultAt(matrix, s, v))).join('|');
    const list = groups.get(key);
    if (list === undefined) groups.set(key, [s]);
    else list.push(s);
  });
  const columns = [...groups.values()].map((list) => {
    const sources = list.map((s) => matrix.sources[s]!);
    return { title: title(sources), sources, at: list[0]! };
  });
  const rows = matrix.services.map((service, v) => ({ service, results: columns.map(({ at }) => resultAt(matrix, at, v)) }));
  return { columns, rows };
}

/** @returns a cell in one word, or the ports of an open range. */
export function cellText(result: MatrixResult): string {
  return result.ports ?? SIGN[result.reach];
}

/** @returns what a service is, in a phrase. */
export function serviceText({ kind, leadsTo, target, proto }: MatrixService): string {
  switch (kind) {
    case 'listener':
      return `listens in ${target}`;
    case 'published':
      return `published, leads to ${leadsTo ?? target}`;
    case 'forwarded':
      return `forwarded by rules${leadsTo === undefined ? '' : ` to ${leadsTo}`}`;
    case 'unlistened':
      return `${proto} ports of ${target} that nobody listens on`;
  }
}

/** @returns the command that walks a witness. */
export function witnessCommand({ witness }: Pick<MatrixResult, 'witness'>, about?: readonly string[]): string {
  return printWitness({ ...witness, proto: witness.proto ?? 'tcp' }, about);
}

/**
 * @param most so many sources are listed.
 * @returns how far a cell that is not all open or all closed is open for sure, and a flow that fares otherwise.
 */
export function boundsText(result: MatrixResult, most: number, about?: readonly string[]): readonly string[] {
  const { openTo, openFrom, counterWitness } = result;
  const more = openTo !== undefined && openTo.length > most ? ' …' : '';
  return [
    ...(openTo === undefined ? [] : [`open to: ${openTo.slice(0, most).join(', ')}${more}`]),
    ...(openFrom === undefined ? [] : [`open from source ports: ${openFrom === '' ? 'none for sure' : openFrom}`]),
    ...(counterWitness === undefined ? [] : [`fares otherwise: ${witnessCommand({ witness: counterWitness }, about)}`]),
  ];
}

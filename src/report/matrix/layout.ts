import { witnessCommand as printWitness } from '../witness.js';
import type { Matrix, MatrixResult, MatrixService, MatrixSource, Reach } from '../../model/reachability.js';

/** Sources that share a column. */
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

/** How a source fares, in a key: two that have the same fare alike everywhere. */
function fareOf(matrix: Matrix, source: number): string {
  return matrix.services.map((_, v) => cellText(resultAt(matrix, source, v))).join('|');
}

/** The column that a container is folded into: that of a network of its own that fares alike, else that of containers that do. */
function columnOf(matrix: Matrix, source: number, fares: readonly string[]): string {
  const { name, kind } = matrix.sources[source]!;
  if (kind !== 'container') return name;
  const fare = fares[source]!;
  const own = matrix.sources.find((one, s) => one.kind === 'network' && one.members.includes(name) && fares[s] === fare);
  return own?.name ?? `containers ${fare}`;
}

/** Gives outside, the LAN, the host and each network a column, and those containers that fare otherwise than their networks. */
export function layOut(matrix: Matrix): MatrixLayout {
  const fares = matrix.sources.map((_, s) => fareOf(matrix, s));
  const groups = new Map<string, number[]>();
  for (const s of matrix.sources.keys()) {
    const key = columnOf(matrix, s, fares);
    groups.set(key, [...(groups.get(key) ?? []), s]);
  }
  const columns = [...groups.values()].map((list) => {
    // a network stands before the containers that are folded into it
    const sources = list.map((s) => matrix.sources[s]!).sort((x, y) => Number(y.kind === 'network') - Number(x.kind === 'network'));
    const [first] = sources;
    return { title: first?.kind === 'network' ? first.name : title(sources), sources, at: list[0]! };
  });
  const rows = matrix.services.map((service, v) => ({ service, results: columns.map(({ at }) => resultAt(matrix, at, v)) }));
  return { columns, rows };
}

/** How far a source is from what it reaches: from without, from another network, or from where it belongs. */
export type Distance = 'outside' | 'across' | 'within';

/** @returns how far the sources of a column are from a service. */
export function distanceOf(matrix: Matrix, { sources }: MatrixColumn, { target, leadsTo }: MatrixService): Distance {
  if (sources.some(({ kind }) => kind === 'outside' || kind === 'lan')) return 'outside';
  if (sources.some(({ kind }) => kind === 'host')) return 'within';
  const whom = leadsTo?.replace(/:\d+$/, '') ?? target;
  const near = matrix.sources.filter(({ kind, members }) => kind === 'network' && members.includes(whom));
  const isNear = ({ name, kind }: MatrixSource): boolean =>
    name === whom || near.some((network) => (kind === 'network' ? network.name === name : network.members.includes(name)));
  return sources.every(isNear) ? 'within' : 'across';
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

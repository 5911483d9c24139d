import type { Matrix, MatrixUse } from '../../model/reachability.js';
import { timeText } from '../flows/words.js';
import { resultAt, SIGN } from './layout.js';

/** @returns whether captures show some of the sources at a service. */
export function isUsed({ used = [], sources }: Matrix, service: number, names: ReadonlySet<string>): boolean {
  return used.some((use) => use.service === service && names.has(sources[use.source]!.name));
}

/** @returns what captures show of a cell, and whether the snapshot allows it. */
export function useText(matrix: Matrix, use: MatrixUse): string {
  const { source, service, flows, answered, first } = use;
  const { reach } = resultAt(matrix, source, service);
  const count = `${flows} ${flows === 1 ? 'connection' : 'connections'}, ${answered} answered, first ${timeText(first)}`;
  const against = reach === 'closed' && answered > 0 ? '; the snapshot has it closed: it is stale, or has a hole' : '';
  return `${matrix.sources[source]!.name} → ${matrix.services[service]!.name} (${SIGN[reach]}): ${count}${against}`;
}

/** @returns every cell in use, in the order of the table. */
export function usesInOrder({ used = [] }: Matrix): readonly MatrixUse[] {
  return [...used].sort((a, b) => a.service - b.service || a.source - b.source);
}

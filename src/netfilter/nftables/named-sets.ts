import type { NftRule } from './ast.js';

function* referred(what: unknown): Generator<string> {
  if (Array.isArray(what)) for (const one of what) yield* referred(one);
  if (typeof what !== 'object' || what === null || Array.isArray(what) || ArrayBuffer.isView(what)) return;
  if ('kind' in what && what.kind === 'set reference' && 'name' in what && typeof what.name === 'string') yield what.name;
  for (const one of Object.values(what)) yield* referred(one);
}

/** @returns the names of the sets and maps of its table that a rule looks into or writes, however deep in it they stand. */
export function namedSetsOf({ statements }: Pick<NftRule, 'statements'>): ReadonlySet<string> {
  return new Set([...statements.flatMap((one) => (one.kind === 'set' ? [one.set] : [])), ...referred(statements)]);
}

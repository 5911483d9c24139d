import type { HitAction, RuleHit } from '../../model/trace.js';

/** The rules one packet matched in one table, told apart by what they did. */
export interface FoldedHits {
  /** Rules that decided or changed something, and the jumps that led to them, in order. */
  readonly shown: readonly RuleHit[];
  /** Rules that were passed without any effect. */
  readonly folded: readonly RuleHit[];
}

const PASSING: ReadonlySet<string> = new Set<HitAction['kind']>(['jump', 'goto', 'return', 'continue']);

/**
 * Separates what decided or changed something, with its way through the chains, from what did nothing. A hit that does something
 * takes along the jumps by which its chain was entered.
 */
export function foldHits(hits: readonly RuleHit[]): FoldedHits {
  const shown = new Set<number>();
  const entered = new Map<string, number>();
  const enteredBy = hits.map((hit, index) => {
    const by = entered.get(hit.chain);
    if (hit.action?.kind === 'jump' || hit.action?.kind === 'goto') entered.set(hit.action.chain, index);
    return by;
  });
  hits.forEach((hit, index) => {
    if (hit.writes !== true && hit.action !== undefined && PASSING.has(hit.action.kind)) return;
    for (let at: number | undefined = index; at !== undefined && !shown.has(at); at = enteredBy[at]) shown.add(at);
  });
  return { shown: hits.filter((_, i) => shown.has(i)), folded: hits.filter((_, i) => !shown.has(i)) };
}

/** @returns `2 rules passed in DOCKER-USER, FORWARD`, or nothing. */
export function foldedNote(folded: readonly RuleHit[]): string | undefined {
  if (folded.length === 0) return undefined;
  const chains = [...new Set(folded.map((hit) => hit.chain))];
  return `${folded.length} ${folded.length === 1 ? 'rule' : 'rules'} matched without effect (${chains.join(', ')})`;
}

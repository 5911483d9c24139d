import type { RuleHit } from '../model/trace.js';

/** The rules one packet matched in one table, told apart by what they did. */
export interface FoldedHits {
  /** Rules that decided or changed something, and the jumps that led to them, in order. */
  readonly shown: readonly RuleHit[];
  /** Rules that were passed without any effect. */
  readonly folded: readonly RuleHit[];
}

const PASSING = /^(?:JUMP |GOTO |RETURN$|CONTINUE$)/;

/** Separates what decided or changed something, with its way through the chains, from what did nothing. */
export function foldHits(hits: readonly RuleHit[]): FoldedHits {
  const shown = new Set<number>();
  hits.forEach((hit, index) => {
    if (!PASSING.test(hit.verdict)) for (const i of wayTo(hits, index)) shown.add(i);
  });
  return { shown: hits.filter((_, i) => shown.has(i)), folded: hits.filter((_, i) => !shown.has(i)) };
}

/** The rule at `index` and the jumps by which its chain was entered. */
function wayTo(hits: readonly RuleHit[], index: number): readonly number[] {
  const way = [index];
  let chain = hits[index]?.chain;
  for (let i = index - 1; i >= 0; i--) {
    const hit = hits[i];
    if (hit === undefined || !enters(hit, chain)) continue;
    way.push(i);
    chain = hit.chain;
  }
  return way;
}

function enters(hit: RuleHit, chain: string | undefined): boolean {
  return hit.verdict === `JUMP ${chain}` || hit.verdict === `GOTO ${chain}`;
}

/** @returns `2 rules passed in DOCKER-USER, FORWARD`, or nothing. */
export function foldedNote(folded: readonly RuleHit[]): string | undefined {
  if (folded.length === 0) return undefined;
  const chains = [...new Set(folded.map((hit) => hit.chain))];
  return `${folded.length} ${folded.length === 1 ? 'rule' : 'rules'} matched without effect (${chains.join(', ')})`;
}

import type { RuleHit } from '../../model/trace.js';

const known = new WeakMap<RuleHit, Map<string, RuleHit>>();

/** @returns a rule's hit with another verdict: the one that its verdict map's entry holds. */
export function withVerdict(hit: RuleHit, verdict: string | undefined): RuleHit {
  if (verdict === undefined || hit.verdict === verdict) return hit;
  let others = known.get(hit);
  if (others === undefined) known.set(hit, (others = new Map<string, RuleHit>()));
  let other = others.get(verdict);
  if (other === undefined) others.set(verdict, (other = { ...hit, verdict }));
  return other;
}

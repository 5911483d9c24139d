import type { RuleHit } from '../../model/trace.js';
import type { Action } from '../../netfilter/action.js';
import { changedHit, hitAction } from './hit.js';

const known = new WeakMap<RuleHit, Map<string, RuleHit>>();

/** @returns a rule's hit with another verdict: the one that its verdict map's entry holds. */
export function withVerdict(hit: RuleHit, verdict: string | undefined, action: Action): RuleHit {
  if (verdict === undefined || hit.verdict === verdict) return hit;
  let others = known.get(hit);
  if (others === undefined) known.set(hit, (others = new Map<string, RuleHit>()));
  let other = others.get(verdict);
  if (other === undefined) others.set(verdict, (other = changedHit(hit, { verdict, action: hitAction(action, false) })));
  return other;
}

import type { RuleHit } from '../../model/trace.js';
import type { Action } from '../../netfilter/index.js';
import { changedHit, hitAction } from './hit.js';

const known = new WeakMap<RuleHit, Map<string, RuleHit>>();

/**
 * @returns a rule's hit with another verdict: the one that its verdict map's entry holds.
 * @param entry the key of that entry, in nft's words.
 */
export function withVerdict(hit: RuleHit, verdict: string | undefined, action: Action, entry?: () => string): RuleHit {
  const key = entry?.();
  if (verdict === undefined) return hit;
  let others = known.get(hit);
  if (others === undefined) known.set(hit, (others = new Map([[`${hit.verdict}\0`, hit]])));
  const name = `${verdict}\0${key ?? ''}`;
  let other = others.get(name);
  if (other === undefined)
    others.set(name, (other = changedHit(hit, { verdict, action: hitAction(action, false), ...(key !== undefined && { entry: key }) })));
  return other;
}

import type { RuleHit } from '../../model/trace.js';
import type { Action, RejectWith } from '../../netfilter/index.js';
import type { MatchContext } from './context.js';

/** An action that changes connection tracking: the hook that runs the table carries it out. */
export type TrackingAction = Extract<Action, { kind: 'nat' | 'masquerade' | 'redirect' | 'netmap' | 'ct' | 'tproxy' }>;

export type TableVerdict =
  | { readonly kind: 'accept'; readonly by?: RuleHit }
  | { readonly kind: 'drop'; readonly by?: RuleHit; readonly later?: true }
  | { readonly kind: 'reject'; readonly with: RejectWith; readonly by: RuleHit }
  /** Rules that are not shown give the packet another destination: nobody can tell which. */
  | { readonly kind: 'unseen'; readonly detail: string }
  /** Handed to another device as it is (nf_fwd_netdev_egress): its way goes on there. */
  | { readonly kind: 'fwd'; readonly dev: string; readonly by: RuleHit }
  /** A terminal NAT or TPROXY target. */
  | { readonly kind: 'track'; readonly action: TrackingAction; readonly by: RuleHit };

/** @returns the verdict of an action that ends the table by itself; undefined for all others. */
export function verdictOf(action: Action, by: RuleHit, { skb }: MatchContext): TableVerdict | undefined {
  switch (action.kind) {
    case 'accept':
      return { kind: 'accept', by };
    case 'drop':
      return { kind: 'drop', by, ...(action.later && { later: true }) };
    case 'reject':
      return { kind: 'reject', with: skb.packet.family === 6 ? (action.with6 ?? action.with) : action.with, by };
    case 'fwd':
      if (action.dev !== undefined) return { kind: 'fwd', dev: action.dev, by };
      return { kind: 'unseen', detail: `the device that \`${by.rule}\` hands the packet to` };
    case 'nat':
    case 'masquerade':
    case 'redirect':
    case 'netmap':
    case 'tproxy':
      return { kind: 'track', action, by };
    case 'unknown':
    case 'gap':
    case 'ct':
    case 'mark':
    case 'connmark':
    case 'ttl':
    case 'tos':
    case 'set':
    case 'map-mark':
    case 'continue':
    case 'return':
    case 'jump':
    case 'goto':
    case 'sequence':
    case 'vmap':
    case 'nat-by':
    case 'write':
    case 'notrack':
    case 'update':
    case 'tproxy-to':
    case 'flow':
      return undefined;
  }
}

/** @returns equal texts for verdicts that do the same to a packet, whichever rule gives them. */
export function verdictKey(verdict: TableVerdict): string {
  switch (verdict.kind) {
    case 'accept':
      return verdict.kind;
    case 'drop':
      return verdict.later ? 'drop later' : 'drop';
    case 'reject':
      return `reject ${verdict.with}`;
    case 'fwd':
      return `fwd ${verdict.dev}`;
    case 'unseen':
      return `unseen ${verdict.detail}`;
    case 'track':
      return JSON.stringify(verdict.action, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  }
}

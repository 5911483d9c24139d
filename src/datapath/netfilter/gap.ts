import type { HookPoint, Action, OracleQuery } from '../../netfilter/index.js';
import type { RunnableRule } from './compile.js';

type GapAction = Extract<Action, { kind: 'gap' }>;

/** What rules that a listing does not show may do to a packet: each question's yes lets it pass. */
export interface GapSides {
  readonly drops: OracleQuery | undefined;
  readonly accepts: OracleQuery | undefined;
  /** A rule of `nat` translates it. */
  readonly translates: OracleQuery | undefined;
}

/** The word that `--assume` takes for a side: it names the chain, but where a rule leads to what nobody knows. */
function sideOf({ hit }: RunnableRule, action: GapAction, side: string): string {
  return action.rule ? side : `${hit.table}/${hit.chain}=${side}`;
}

function asking(rule: RunnableRule, action: GapAction, pass: string, other: string): OracleQuery {
  const category = action.rule ? 'unknown' : 'missing';
  return { category, yes: sideOf(rule, action, pass), no: sideOf(rule, action, other), usual: true, detail: action.detail };
}

/**
 * Rules that are not shown may let the packet pass, accept it or drop it. Those of `nat` translate; dropping is refused there
 * (nf_tables and iptables alike: "the nat table is not intended for filtering").
 */
export function gapSides(rule: RunnableRule, action: GapAction, translates: boolean): GapSides {
  if (translates) return { drops: undefined, accepts: undefined, translates: asking(rule, action, 'as-is', 'translated') };
  return { drops: asking(rule, action, 'continue', 'drop'), accepts: asking(rule, action, 'continue', 'accept'), translates: undefined };
}

/** Where the destination may have been another, nothing can be said of the packet's way; another source leaves it as it is. */
export function translatesDestination(hook: HookPoint): boolean {
  return hook === 'PREROUTING' || hook === 'OUTPUT';
}

/** @returns the question for the policy of a built-in chain whose listing does not show it; yes: ACCEPT. */
export function unseenPolicy(detail: string, table: string, chain: string): OracleQuery {
  return { category: 'missing', yes: `${table}/${chain}=accept`, no: `${table}/${chain}=drop`, usual: true, detail };
}

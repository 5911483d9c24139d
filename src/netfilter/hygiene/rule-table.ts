import type { Family } from '../../address/ip.js';
import type { RuleHead } from '../../model/netfilter.js';
import type { NftFamily } from '../../model/nftables/ruleset.js';
import type { Origin } from '../../model/origin.js';
import type { Action } from '../action.js';
import type { Predicate } from '../predicate/predicate.js';

/** What is told of a rule, and what it opens with. */
export interface LookedAt {
  readonly text: string;
  readonly origin: Origin;
  readonly head?: RuleHead | undefined;
}

/** A table of rules of either language, as hygiene looks at it. */
export interface RuleTable<Rule extends Pick<LookedAt, 'text' | 'origin'>> {
  readonly name: string;
  /** Of a native table; of iptables, the family of its packets. */
  readonly family: Family | NftFamily;
  readonly chains: ReadonlyMap<string, { readonly name: string; readonly rules: readonly Rule[] }>;
  /** Whether packets can be sent to a chain, as far as the listing tells. */
  isReached(chain: string): boolean;
  /** The chain and all that it leads to. */
  below(chain: string): Iterable<string>;
  head(rule: Rule): RuleHead | undefined;
  /** What a rule asks and does; undefined where it is another listing's to tell. */
  compile(rule: Rule): { readonly predicate: Predicate; readonly action: Action } | undefined;
  /** What a rule does, told without compiling all of it. */
  action(rule: Rule): Action;
}

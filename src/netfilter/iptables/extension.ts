import type { RuleOption } from '../../model/netfilter.js';
import type { Action } from '../action.js';
import type { Predicate } from '../predicate/predicate.js';
import type { OptionContext, Form } from './grammar/form.js';

/**
 * How an extension's options are written: flag (with aliases as separate keys) to the number of arguments it takes.
 * `optional` marks one that may stand without its argument.
 */
export type OptionSyntax = Readonly<Record<string, number | 'optional'>>;

/**
 * One iptables match. `compile` gets the options as they stood and returns the condition; it throws
 * `UnreadableOption` on a value it cannot read, which makes the rule undecidable, never wider or narrower.
 */
export interface MatchExtension {
  readonly name: string;
  /** Other `-m` names for the same (icmp6/icmpv6, mport …). */
  readonly aliases?: readonly string[];
  readonly options: OptionSyntax;
  /** The kernel tracks connections of the namespace while a rule with it is there (nf_ct_netns_get in its checkentry). */
  readonly tracks?: true;
  /** What is refused of it, and how it is printed; without one any value is taken, and printed as it stands. */
  readonly form?: Form;
  compile(options: readonly RuleOption[], context: OptionContext): Predicate;
}

/** One iptables target. */
export interface TargetExtension {
  readonly name: string;
  readonly options: OptionSyntax;
  /** As of a match; targets whose action says so need not. */
  readonly tracks?: true;
  readonly form?: Form;
  compile(options: readonly RuleOption[], context: OptionContext): Action;
}

/** An option's value that cannot be read. */
export class UnreadableOption extends Error {
  constructor(
    readonly flag: string,
    readonly value: string,
  ) {
    super(`cannot read ${flag} ${value}`.trim());
  }
}

/** A whole extension, or an option, that iptables or the kernel refuses where it stands. */
export class NotLoaded extends UnreadableOption {
  constructor(what: string, why: string) {
    super(what, why);
    this.message = `${what}, which no kernel loads ${why}`;
  }
}

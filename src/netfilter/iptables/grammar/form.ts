import type { HookName, RuleOption, TableName } from '../../../model/netfilter.js';
import type { Family } from '../../../address/ip.js';

/**
 * Reads one value of an option as its extension does.
 * @returns the value as iptables-save prints it, or undefined where the option is then left out.
 * @throws UnreadableOption where the extension refuses it.
 */
export type ReadsValue = (text: string, option: RuleOption, context: OptionContext) => string | undefined;

/** One option of an extension (xt_option_entry). */
export interface OptionForm {
  /** Older and longer names of the same. */
  readonly also?: readonly string[];
  /** How its values are read, one a word; absent where any text will do, or where there is none. */
  readonly values?: readonly ReadsValue[];
  /** It may carry `!`. */
  readonly not?: boolean;
  /** It may stand more than once. */
  readonly many?: boolean;
  /** Options of which one must stand with it. */
  readonly with?: readonly string[];
  /** Options that must not stand with it. */
  readonly without?: readonly string[];
}

/**
 * How an extension is written: what iptables and the kernel's checkentry refuse, and what iptables-save prints. Options stand in the order in
 * which they are printed.
 */
export interface Form {
  readonly options: Readonly<Record<string, OptionForm>>;
  /** Of each list one option must be there. */
  readonly needs?: readonly (readonly string[])[];
  /** Protocols of which the rule's `-p` must name one, without `!`. */
  readonly protocols?: readonly number[];
  /** The tables that the kernel loads it in; all where absent. */
  readonly tables?: readonly TableName[];
  /** The hooks that may lead to it; all where absent. */
  readonly hooks?: readonly HookName[];
  /** What else is refused. @throws UnreadableOption. */
  readonly check?: (options: readonly RuleOption[], context: OptionContext) => void;
  /** What iptables-save makes of the options, which come read, under their own names and in order (`written`: as they stood): defaults, options that are told in one. */
  readonly print?: (options: readonly RuleOption[], context: OptionContext, written: readonly RuleOption[]) => readonly RuleOption[];
}

/** Where a rule stands. */
export interface RuleTablePlace {
  readonly table: TableName;
  /** The built-in chains that lead to the rule, as far as they can be told (mark_source_chains). */
  readonly hooks: () => ReadonlySet<HookName>;
}

export interface OptionContext {
  readonly family: Family;
  /** Protocol number of the rule's `-p`, 0 where there is none or it is negated. */
  readonly proto: number;
  /** A line is read that never comes to the kernel: what only the kernel refuses passes. */
  readonly early?: true;
  /** Absent where an extension is looked at by itself. */
  readonly place?: RuleTablePlace;
}

import type { RuleOption } from '../../model/netfilter.js';
import type { Family } from '../../address/ip.js';
import type { OptionSyntax } from './extension.js';
import type { Form } from './grammar/form.js';
import { builtinOptions, findMatch, findTarget, implicitMatch } from './registry.js';

/** Options of one `-m`, of `-j`, or of iptables itself. */
export interface Section {
  readonly module: string;
  readonly target: boolean;
  readonly syntax: OptionSyntax;
  readonly form: Form | undefined;
  readonly options: RuleOption[];
  /** Of an extension that is not known: its options are told by their shape. */
  readonly unknown: boolean;
}

const NO_SYNTAX: OptionSyntax = {};

/** @returns the options that iptables itself has: addresses, interfaces, protocol, fragments. */
export function ownSection(): Section {
  return { module: '', target: false, syntax: builtinOptions, form: undefined, options: [], unknown: false };
}

/** @returns the options of `-m MODULE`. */
export function matchSection(module: string, family: Family): Section {
  const match = module === '' ? undefined : findMatch(module, family);
  return { module, target: false, syntax: match?.options ?? NO_SYNTAX, form: match?.form, options: [], unknown: match === undefined };
}

/** @returns the options of the match that a rule's protocol loads by itself (load_proto); undefined where it has none. */
export function impliedSection(proto: number, family: Family): Section | undefined {
  const match = implicitMatch(proto, family);
  return match && { module: match.name, target: false, syntax: match.options, form: match.form, options: [], unknown: false };
}

/**
 * @param isChain whether the table has a chain of that name; undefined where that is not known.
 * @returns the options of `-j NAME`; a chain has none.
 */
export function targetSection(name: string, goto: boolean, isChain: boolean | undefined): Section {
  const found = isChain === true || goto ? undefined : findTarget(name);
  const unknown = found === undefined && isChain === false;
  return { module: name, target: true, syntax: found?.options ?? NO_SYNTAX, form: found?.form, options: [], unknown };
}

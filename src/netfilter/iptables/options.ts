import { type Family, type Ip, type Prefix, lastOf } from '../../address/ip.js';
import { readAddress, readHostMask, readNetwork } from './addresses.js';
import { wideNumber } from './numbers.js';
import type { RuleOption } from '../../model/netfilter.js';
import { type OptionSyntax, UnreadableOption } from './extension.js';
import type { Range } from '../../address/ranges.js';
import { type Predicate, FALSE, TRUE, allOf, negateIf } from '../predicate/predicate.js';
import type { Field } from '../predicate/field.js';
import type { Category, OracleQuery } from '../predicate/question.js';
import { servicePort } from '../services.js';

export const U8 = 0xff;
export const U16 = 0xffff;
export const U32 = 0xffffffff;

/** How one option becomes a condition. */
export type Read = (option: RuleOption) => Predicate;

/** @throws UnreadableOption, always: the option stands with a value or a `!` that its extension refuses. */
export function fail(option: RuleOption): never {
  throw new UnreadableOption(`${option.negated ? '! ' : ''}${option.flag}`, option.args.join(' '));
}

/** @returns the argument at `index`. */
export function arg(option: RuleOption, index = 0): string {
  return option.args[index] ?? fail(option);
}

/** @returns a reader whose option may carry `!`, which then negates the whole condition. */
export function negatable(read: Read): Read {
  return (option) => negateIf(option.negated, read(option));
}

/** @returns a reader that refuses `!`, as the extension does. */
export function plain(read: Read): Read {
  return (option) => (option.negated ? fail(option) : read(option));
}

/** A reader for options that change nothing about whether a packet matches. */
export const ignored: Read = plain(() => TRUE);

function reject(options: readonly RuleOption[], known: (flag: string) => unknown): void {
  const seen = new Set<unknown>();
  for (const option of options) {
    const reader = known(option.flag);
    if (reader === undefined || seen.has(reader)) fail(option);
    seen.add(reader);
  }
}

/**
 * The conjunction of the options' conditions.
 * @param readers by flag; aliases share one function, so that a repetition is seen under either name.
 * @throws UnreadableOption on a flag that is not listed or stands twice.
 */
export function conjunction(options: readonly RuleOption[], readers: ReadonlyMap<string, Read>): Predicate {
  reject(options, (flag) => readers.get(flag) && (readers.get(flag) === ignored ? flag : readers.get(flag)));
  return allOf(...options.map((option) => readers.get(option.flag)?.(option) ?? TRUE));
}

/** @throws UnreadableOption on a flag that is not in the table, stands twice, or carries `!` without being listed in `negatableFlags`. */
export function checkFlags(options: readonly RuleOption[], syntax: OptionSyntax, negatableFlags: readonly string[] = []): void {
  reject(options, (flag) => (Object.hasOwn(syntax, flag) ? flag : undefined));
  for (const option of options) if (option.negated && !negatableFlags.includes(option.flag)) fail(option);
}

/** @returns the option written under one of the names, if any. */
export function find(options: readonly RuleOption[], ...flags: readonly string[]): RuleOption | undefined {
  return options.find((option) => flags.includes(option.flag));
}

/** @returns an unsigned number as xtables_strtoui reads it. */
export function unsigned(option: RuleOption, text: string, max: number): number {
  // nearly all numbers are short and decimal
  const value = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : Number(wideNumber(text) ?? NaN);
  return value <= max ? value : fail(option);
}

/** @returns a port by number or by the name that `iptables -L` prints (xtables_parse_port). */
export function port(option: RuleOption, text: string): number {
  return servicePort(text) ?? unsigned(option, text, U16);
}

/** @returns the closed range of `A`, `A:B`, `A:` or `:B`; it may be upside down. */
export function range(option: RuleOption, text: string, max: number, read = unsigned): readonly [lo: number, hi: number] {
  const parts = text.split(':');
  // no number at all is 0 (xtopt_parse_mint), and no port is none
  if (parts.length > 2 || (text === '' && read !== unsigned)) return fail(option);
  const lo = parts[0] ? read(option, parts[0], max) : 0;
  if (parts.length === 1) return [lo, lo];
  return [lo, parts[1] ? read(option, parts[1], max) : max];
}

/** @returns `VALUE[/MASK]`; without a mask all bits count. */
export function valueMask(option: RuleOption, text: string, max: number): { readonly value: number; readonly mask: number } {
  const parts = text.split('/');
  if (parts.length > 2) return fail(option);
  return { value: unsigned(option, parts[0] ?? '', max), mask: parts[1] === undefined ? max : unsigned(option, parts[1], max) };
}

function complement(ranges: readonly (readonly [number, number])[], max: number): readonly Range[] {
  const gaps: Range[] = [];
  let next = 0;
  for (const [lo, hi] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (lo > next) gaps.push([next, lo - 1]);
    next = Math.max(next, hi + 1);
  }
  return next > max ? gaps : [...gaps, [next, max]];
}

/**
 * The field lies in one of the ranges or, negated, in none of them. A packet without the field matches neither way:
 * the kernel's matches return before they look at `!`.
 * @param max the field's largest value.
 */
export function inRanges(field: Field, ranges: readonly (readonly [number, number])[], negated: boolean, max: number): Predicate {
  const upright = ranges.filter(([lo, hi]) => lo <= hi);
  const wanted = negated ? complement(upright, max) : upright;
  return wanted.length === 0 ? FALSE : { op: 'in', field, ranges: wanted };
}

/** @returns that the packet has the field at all. */
export function present(field: Field, max: number): Predicate {
  return { op: 'in', field, ranges: [[0, max]] };
}

/** @returns an address of the family. */
export function address(option: RuleOption, text: string, family: Family): Ip {
  return readAddress(text, family) ?? fail(option);
}

/** @returns `ADDR[/LENGTH|/MASK]` of the family. */
export function addressPrefix(option: RuleOption, text: string, family: Family): Prefix {
  return readNetwork(text, family) ?? fail(option);
}

/** @returns `ADDR[/LENGTH|/MASK]` of the family, bits beyond the mask kept (xtopt_parse_hostmask). */
export function hostMask(option: RuleOption, text: string, family: Family): Prefix {
  return readHostMask(text, family) ?? fail(option);
}

/** @returns that the address in `field` lies in the prefix, holes in the mask included. */
export function inPrefix(field: Field, prefix: Prefix): Predicate {
  if (prefix.length < 0) return { op: 'masked', field, mask: prefix.mask, value: prefix.addr };
  return { op: 'in', field, ranges: [[prefix.addr, lastOf(prefix)]] };
}

/** @throws UnreadableOption unless the rule's `-p` is one of `protocols`, without `!`: the kernel refuses such a rule. */
export function requireProtocol(proto: number, protocols: readonly number[], name: string): void {
  if (!protocols.includes(proto)) throw new UnreadableOption(name, 'without the protocol it needs');
}

/** @returns the options as they stood in the rule. */
export function written(name: string, options: readonly RuleOption[]): string {
  return [name, ...options.flatMap((o) => [...(o.negated ? ['!'] : []), o.flag, ...o.args])].join(' ');
}

/** The words of a question, where they are not the usual ones. */
export type QueryWords = Partial<Omit<OracleQuery, 'category' | 'detail'>>;

/** @returns a condition that no snapshot decides. */
export function unknown(category: Category, detail: string, words: QueryWords = {}): Predicate {
  return { op: 'unknown', question: { category, yes: 'match', no: 'no-match', usual: false, ...words, detail } };
}

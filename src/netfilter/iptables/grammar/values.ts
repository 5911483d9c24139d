import { utf8 } from '../../../address/utf8.js';
import { printAddress } from '../addresses.js';
import type { RuleOption } from '../../../model/netfilter.js';
import { servicePort } from '../../services.js';
import { U16, fail, port, address, unsigned, valueMask } from '../options.js';
import { wideNumber } from '../numbers.js';
import type { ReadsValue } from './form.js';

/** Any text, printed as it is. */
export const text: ReadsValue = (word) => word;

/** @returns a reader of what iptables hands on, whatever it is (or as `early` reads it), and the kernel refuses when it gets the rule. */
export function inKernel(read: ReadsValue, early: ReadsValue = text): ReadsValue {
  return (word, option, context) => (context.early === true ? early : read)(word, option, context);
}

/** @returns a reader of text of at most so many bytes (xtopt_parse_string). */
export function textOf(longest: number): ReadsValue {
  return (word, option) => (utf8(word).length > longest ? fail(option) : word);
}

/** @returns a reader of text of which only so many bytes are kept (xtopt_parse_string, where no length is set). */
export function cutText(longest: number): ReadsValue {
  return (word, option) => {
    let kept = '';
    let left = longest;
    for (const char of word) {
      const size = utf8(char).length;
      if (size > left && left > 0 && size > 1) return fail(option);
      if (size > left) break;
      left -= size;
      kept += char;
    }
    return kept;
  };
}

/** @returns the same for text of at least one byte (xtopt_parse_string, where a least length is set). */
export function someText(longest: number): ReadsValue {
  const cut = cutText(longest);
  return (word, option, context) => (word === '' ? fail(option) : cut(word, option, context));
}

/** @returns a reader of a number from `min` to `max`, printed in decimal. */
export function number(max: number, min = 0): ReadsValue {
  return (word, option) => {
    const value = unsigned(option, word, max);
    return value < min ? fail(option) : String(value);
  };
}

/** @returns hex digits as printf's `0x%x` prints them. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** @returns a byte as `0x%02x`. */
export function hexByte(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}

/** @returns a reader of a number, printed in hex of at least so many digits. */
export function hexNumber(max: number, digits = 1): ReadsValue {
  return (word, option) => `0x${unsigned(option, word, max).toString(16).padStart(digits, '0')}`;
}

/** A number of 64 bits. */
export const wide: ReadsValue = (word, option) => {
  const value = wideNumber(word);
  return value === undefined || value >= 1n << 64n ? fail(option) : String(value);
};

/** @returns the bounds of `A`, `A:B`, `A:`, `:B` (xtopt_parse_mint): an empty lower bound is 0, an empty upper one the most. */
export function bounds(word: string, option: RuleOption, max: bigint): readonly [bigint, bigint] {
  const parts = word.split(':');
  if (parts.length > 2) return fail(option);
  const [lo, hi] = parts.map((part, at) => {
    if (part === '') return at === 0 ? 0n : max;
    const value = wideNumber(part) ?? fail(option);
    return value <= max ? value : fail(option);
  });
  return [lo ?? 0n, hi ?? lo ?? 0n];
}

/** How a range is written back. */
export interface RangeStyle {
  /** An upside-down one is refused. */
  readonly upright?: boolean;
  /** The range of everything says nothing, unless negated. */
  readonly dropAll?: boolean;
  /** `5:5` instead of `5`. */
  readonly both?: boolean;
}

/** @returns a reader of `A[:B]`. */
export function rangeTo(max: number | bigint, { upright = false, dropAll = false, both = false }: RangeStyle = {}): ReadsValue {
  const most = BigInt(max);
  return (word, option) => {
    const [lo, hi] = bounds(word, option, most);
    if (upright && lo > hi) return fail(option);
    if (dropAll && !option.negated && lo === 0n && hi === most) return undefined;
    return lo === hi && !both ? String(lo) : `${lo}:${hi}`;
  };
}

/** A port as getaddrinfo reads it (xtables_getportbyname): decimal digits, whatever they come to, or a service. */
export function looksUpPort(word: string, option: RuleOption): number {
  const [, sign, digits] = /^\s*([+-]?)(\d*)$/.exec(word) ?? [];
  if (digits === undefined || (digits === '' && word !== '')) return servicePort(word) ?? fail(option);
  const most = (1n << 64n) - 1n;
  const value = BigInt(digits) > most ? most : BigInt(digits) * (sign === '-' ? -1n : 1n);
  // a number that is negative as an int is taken for a name (strtoul, gaih_service.num)
  return BigInt.asIntN(32, value) < 0n ? fail(option) : Number(BigInt.asUintN(16, value));
}

/** `A[:B]` of ports that getaddrinfo reads (xtopt_parse_mport). */
export function lookedUpPorts(word: string, option: RuleOption): readonly [number, number] {
  const parts = word.split(':');
  if (parts.length > 2) return fail(option);
  const [lo = 0, hi = lo] = parts.map((part, at) => (part === '' && parts.length === 2 ? (at === 0 ? 0 : U16) : looksUpPort(part, option)));
  return [lo, hi];
}

function portsText([lo, hi]: readonly [number, number], { negated }: RuleOption, dropAll: boolean): string | undefined {
  if (dropAll && !negated && lo === 0 && hi === U16) return undefined;
  return lo === hi ? String(lo) : `${lo}:${hi}`;
}

/** @returns a reader of `A[:B]` that getaddrinfo reads. */
export function mildPorts(dropAll: boolean): ReadsValue {
  return (word, option) => portsText(lookedUpPorts(word, option), option, dropAll);
}

/** @returns a reader of `A[:B]` as tcp and sctp read it: upright, and by name only where there are services of the protocol. */
export function strictPorts(named = true): ReadsValue {
  const read = (word: string, option: RuleOption): number => (named ? port(option, word) : unsigned(option, word, U16));
  return (word, option) => {
    const [first = '', second, ...more] = word.split(':');
    if (more.length > 0) return fail(option);
    const lo = first === '' && second !== undefined ? 0 : read(first, option);
    const hi = second === undefined ? lo : second === '' ? U16 : read(second, option);
    return lo > hi ? fail(option) : portsText([lo, hi], option, true);
  };
}

/** @returns a reader of `VALUE[/MASK]` in hex; a mask of ones is not printed unless asked for. */
export function marked(max: number, always = false): ReadsValue {
  return (word, option) => {
    const { value, mask } = valueMask(option, word, max);
    return mask === max && !always ? hex(value) : `${hex(value)}/${hex(mask)}`;
  };
}

/** @returns a reader of one of the words, in any case where `anyCase`; a map gives what is printed. */
export function oneOf(words: readonly string[] | ReadonlyMap<string, string>, anyCase = false): ReadsValue {
  const known: ReadonlyMap<string, string> =
    'get' in words ? words : new Map(words.map((word) => [anyCase ? word.toLowerCase() : word, word]));
  return (word, option) => known.get(anyCase ? word.toLowerCase() : word) ?? fail(option);
}

/** @returns a reader of a list of words, printed in the order of `words`, each once. */
export function listOf(words: readonly string[], anyCase = true): ReadsValue {
  const one = oneOf(words, anyCase);
  return (word, option, context) => {
    const given = word.split(',').map((part) => one(part, option, context));
    return words.filter((known) => given.includes(known)).join(',');
  };
}

/** An address of the rule's family, as it is printed. */
export const host: ReadsValue = (word, option, { family }) => printAddress(address(option, word, family));

/** A device's name. */
export const device: ReadsValue = (word, option) => (word.length > 15 ? fail(option) : word);

/** `TYPE[:LENGTH]`, up to 16 of them; padding of one byte has no length (parse_options of hbh and dst). */
export const headerOptions: ReadsValue = (word, option) => {
  const all = word.split(',').map((part) => {
    const [type = '', length, ...more] = part.split(':');
    const number = unsigned(option, type, 255);
    if (more.length > 0 || (number === 0 && length !== undefined)) return fail(option);
    return length === undefined ? String(number) : `${number}:${unsigned(option, length, 255)}`;
  });
  return all.length > 16 ? fail(option) : all.join(',');
};

import type { RuleOption } from '../../model/netfilter.js';
import { U8, arg, conjunction, fail, inRanges, present, unsigned, type Read } from './options.js';
import { FALSE, allOf, anyOf, type Predicate } from '../predicate/predicate.js';
import type { ReadsValue } from './grammar/form.js';

/** The first of them that begins with the word is meant, if it is the only one. */
type Names = ReadonlyMap<string, readonly [type: number, code?: number]>;

function readType(option: RuleOption, names: Names): readonly [type: number, code?: number] {
  const text = arg(option);
  const lower = text.toLowerCase();
  const named = [...names].filter(([name]) => name.startsWith(lower));
  if (named[0] !== undefined) return named.length === 1 || names.has(lower) ? (names.get(lower) ?? named[0][1]) : fail(option);
  const parts = text.split('/');
  if (parts.length > 2) return fail(option);
  const type = unsigned(option, parts[0] ?? '', U8);
  return parts[1] === undefined ? [type] : [type, unsigned(option, parts[1], U8)];
}

function typeIs(negated: boolean, type: number, code: number | undefined): Predicate {
  const sameType = inRanges('icmpType', [[type, type]], false, U8);
  const otherType = inRanges('icmpType', [[type, type]], true, U8);
  if (code === undefined) return negated ? otherType : sameType;
  const codeIs = inRanges('icmpCode', [[code, code]], negated, U8);
  return negated ? anyOf(otherType, allOf(sameType, codeIs)) : allOf(sameType, codeIs);
}

/**
 * The one option of icmp and icmp6: a name, `TYPE` or `TYPE/CODE` (icmp_type_code_match).
 * @param wildcard the type that stands for all, where the family has one.
 */
export function icmpMatch(flag: string, names: Names, wildcard?: number): (options: readonly RuleOption[]) => Predicate {
  const read: Read = (option) => {
    const [type, code] = readType(option, names);
    if (type === wildcard) return option.negated ? FALSE : present('icmpType', U8);
    return typeIs(option.negated, type, code);
  };
  const readers = new Map([[flag, read]]);
  return (options) => (options.length === 0 ? present('icmpType', U8) : conjunction(options, readers));
}

/** @returns a reader that prints `TYPE` or `TYPE/CODE`, and `any` for the wildcard. */
export function typeText(names: Names, wildcard?: number): ReadsValue {
  return (_, option) => {
    const [type, code] = readType(option, names);
    return type === wildcard && code === undefined ? 'any' : code === undefined ? String(type) : `${type}/${code}`;
  };
}

import { describe, expect, test } from 'vitest';
import type { Family } from '../../../../src/address/ip.js';
import { UnreadableOption, type OptionSyntax } from '../../../../src/netfilter/iptables/extension.js';
import type { OptionContext } from '../../../../src/netfilter/iptables/grammar/form.js';
import { checkForm } from '../../../../src/netfilter/iptables/grammar/check.js';
import type { Predicate } from '../../../../src/netfilter/predicate/predicate.js';
import { findMatch } from '../../../../src/netfilter/iptables/registry.js';
import type { RuleOption } from '../../../../src/model/netfilter.js';

export const FAIL = 'FAIL';

/** Cuts `! --dport 80 --syn` into options by the extension's own table; `'…'` keeps words together. */
export function optionsOf(text: string, syntax: OptionSyntax): readonly RuleOption[] {
  const words = [...text.matchAll(/'([^']*)'|\S+/g)].map((found) => found[1] ?? found[0]);
  const options: RuleOption[] = [];
  while (words.length > 0) {
    const negated = words[0] === '!' && words.shift() !== undefined;
    const flag = words.shift() ?? '';
    const arity = syntax[flag];
    const count = arity === 'optional' ? (words[0] === undefined || /^(!|--)/.test(words[0]) ? 0 : 1) : (arity ?? 0);
    options.push({ flag, negated, args: words.splice(0, count) });
  }
  return options;
}

/** Compiles the options of `-m name`; the context is IPv4 without `-p` unless told. */
export function compileMatch(name: string, text: string, context: Partial<OptionContext> = {}): Predicate {
  const family: Family = context.family ?? 4;
  const match = findMatch(name, family);
  if (match === undefined) throw new Error(`no match ${name} in IPv${family}`);
  const options = optionsOf(text, match.options);
  if (match.form !== undefined) checkForm(`-m ${name}`, match.form, options, { proto: 0, ...context, family });
  return match.compile(options, { proto: 0, ...context, family });
}

/** A table of rule options with the whole condition they stand for, or FAIL where iptables refuses them. */
export function matchCases(
  name: string,
  context: Partial<OptionContext>,
  table: readonly (readonly [text: string, expected: Predicate | typeof FAIL])[],
): void {
  describe(name === '' ? 'options of iptables itself' : `-m ${name}`, () => {
    test.each(table)('%s', (text, expected) => {
      if (expected === FAIL) expect(() => compileMatch(name, text, context)).toThrow(UnreadableOption);
      else expect(compileMatch(name, text, context)).toEqual(expected);
    });
  });
}

/** The expected question of a match. */
type Words = { yes?: string; no?: string; usual?: boolean; fresh?: boolean; unlessSet?: string };

export function asks(category: string, detail: string, words: Words = {}): Predicate {
  return { op: 'unknown', question: { category, yes: 'match', no: 'no-match', usual: false, ...words, detail } } as Predicate;
}

export const not = (of: Predicate): Predicate => ({ op: 'not', of });
export const and = (...of: readonly Predicate[]): Predicate => ({ op: 'and', of });
export const or = (...of: readonly Predicate[]): Predicate => ({ op: 'or', of });

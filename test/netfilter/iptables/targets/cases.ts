import { describe, expect, test } from 'vitest';
import type { Action } from '../../../../src/netfilter/action.js';
import { UnreadableOption } from '../../../../src/netfilter/iptables/extension.js';
import type { OptionContext } from '../../../../src/netfilter/iptables/grammar/form.js';
import { checkForm } from '../../../../src/netfilter/iptables/grammar/check.js';
import { findTarget } from '../../../../src/netfilter/iptables/registry.js';
import { FAIL, optionsOf } from '../matches/cases.js';

export { FAIL };

/** Compiles the options of `-j name`; the context is IPv4 without `-p` unless told. */
export function compileTarget(name: string, text: string, context: Partial<OptionContext> = {}): Action {
  const target = findTarget(name);
  if (target === undefined) throw new Error(`no target ${name}`);
  const options = optionsOf(text, target.options);
  const whole: OptionContext = { family: 4, proto: 0, ...context };
  if (target.form !== undefined) checkForm(`-j ${name}`, target.form, options, whole);
  return target.compile(options, whole);
}

/** A table of target options with the whole action they stand for, or FAIL where iptables refuses them. */
export function targetCases(
  name: string,
  context: Partial<OptionContext>,
  table: readonly (readonly [text: string, expected: Action | typeof FAIL])[],
): void {
  describe(`-j ${name}`, () => {
    test.each(table)('%s', (text, expected) => {
      if (expected === FAIL) expect(() => compileTarget(name, text, context)).toThrow(UnreadableOption);
      else expect(compileTarget(name, text, context)).toEqual(expected);
    });
  });
}

/** The expected question of a target that may go on. */
export function goesOn(detail: string): Action {
  return { kind: 'unknown', question: { category: 'unknown', yes: 'continue', no: 'drop', usual: true, detail } };
}

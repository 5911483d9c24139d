import { describe, expect, test } from 'vitest';
import { compiled } from './shown.js';

/** A family, a rule of it, and what the rule is compiled to: what it asks first `⇒` what it does then. */
type Row = readonly [family: string, rule: string, compiled: string];

/** Compiles each rule and compares all of what it becomes. */
export function compiledCases(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    test.each(rows)('%s: %s', (family, rule, expected) => {
      expect(compiled(family, rule)).toBe(expected);
    });
  });
}

import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, it } from 'vitest';
import { noJoinedPattern } from '../../.ci/lint/no-joined-pattern.mjs';

const linter = new Linter();

/** How often the linter objects to a pattern that a function makes. */
function objections(pattern: string): number {
  const code = `import { ADDRESS, addressOf } from './addresses.js';
const WORD = '[a-z]+';
const WORDS = \`\${WORD}(?: \${WORD})*\`;
const NUMBER = /\\d+/;
const AT_ONCE = new RegExp(WORDS + addressOf('x'));
let kept = '';
export const made = (name: string, kinds: readonly string[]): unknown => { const twice = name + name; return ${pattern}; };
`;
  const said = linter.verify(
    code,
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      plugins: { patterns: { rules: { 'no-joined-pattern': noJoinedPattern } } },
      rules: { 'patterns/no-joined-pattern': 'error' },
    },
    'x.ts',
  );
  expect(said.filter(({ ruleId, line }) => ruleId === null || line !== 7)).toEqual([]);
  return said.length;
}

it.each([
  'new RegExp(name)',
  'RegExp(name)',
  'new RegExp(kept)',
  'new RegExp(twice)',
  "new RegExp('^' + name)",
  'new RegExp(`^${name}$`)',
  'new RegExp(`^${WORDS} ${name}$`)',
  "new RegExp(name.replace(/[^\\w]/g, '\\\\$&'))",
  "new RegExp(kinds.join('|'))",
  'new RegExp(addressOf(name))',
  "new RegExp(String.raw`^${name}$`, 'i')",
  "new RegExp('a', name)",
])('refuses %s', (pattern) => {
  expect(objections(pattern)).toBe(1);
});

it.each([
  "new RegExp('^a$')",
  'new RegExp(`^${WORDS}$`)',
  "new RegExp(WORD + '$')",
  'new RegExp(String.raw`^${WORD}\\d$`, `i`)',
  'new RegExp(NUMBER.source)',
  'new RegExp(`^(?:default|${ADDRESS})`)',
  'name.match(/a/)',
])('takes %s', (pattern) => {
  expect(objections(pattern)).toBe(0);
});

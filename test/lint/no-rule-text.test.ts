import { ESLint } from 'eslint';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const cwd = fileURLToPath(new URL('../../', import.meta.url));
const eslint = new ESLint({ cwd, ruleFilter: ({ ruleId }) => ruleId === 'rules/no-rule-text' });

/** What the linter says of a body in a module of the audit. */
async function said(body: string): Promise<readonly string[]> {
  const code = `import type { Rule } from '../model/netfilter.js';
import type { RuleHit } from '../model/trace.js';
declare const rule: Rule;
declare const hit: RuleHit;
declare const texts: ReadonlySet<string>;
declare function line(text: string): { readonly text: string };
declare function parseWords(text: string): readonly string[];
export const made = ${body};
`;
  const [result] = await eslint.lintText(code, { filePath: 'src/audit/coverage.ts' });
  return (result?.messages ?? []).map(({ ruleId, line: at, message }) => `${ruleId ?? message} in line ${at}`);
}

it.each([
  "rule.text.includes(' -j DROP')",
  '/ -j (\\S+)$/.exec(rule.text)',
  'texts.has(rule.text)',
  'texts.has(`filter ${rule.text}`)',
  "rule.text === '-A DOCKER-USER -j RETURN'",
  'rule.text.length > 3',
  'parseWords(rule.text)',
  "(rule.text ?? '').startsWith('-A')",
  "hit.verdict === 'JUMP DOCKER-USER'",
  "hit.rule.endsWith('DROP')",
  '((): string => { const { text } = rule; return text; })()',
  '((): string => { const text = rule.text; return text; })()',
])('refuses %s', async (body) => {
  expect(await said(body)).toEqual(['rules/no-rule-text in line 8']);
});

it.each([
  '{ text: rule.text, origin: rule.origin }',
  '`the rule ${rule.text}`',
  'line(rule.text)',
  '[hit.rule, hit.verdict]',
  "line('text').text.length",
])('takes %s', async (body) => {
  expect(await said(body)).toEqual([]);
});

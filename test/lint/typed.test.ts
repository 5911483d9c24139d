import { ESLint } from 'eslint';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Rules of the linter that look at types, each with expressions that it refuses and such that it takes. */
const RULES = [
  {
    rule: 'netns/no-host-literal',
    refused: [
      "netns.name === 'host'",
      "'host' !== container.netns",
      "step.netns ?? 'host'",
      "host.netns.get('host')",
      "[...host.netns.keys()].includes('host')",
      "{ ...container, netns: 'host' }",
      "(netns = 'host'): string => netns",
    ],
    taken: ["step.kind === 'host'", "container.networkMode === 'host'", "{ kind: 'host' }", "['bridge', 'host', 'none']", "'the host'"],
  },
  {
    rule: 'rules/no-rule-text',
    refused: [
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
      "[rule].filter(({ text }) => text.includes('DROP'))",
      '(({ rule: words }: RuleHit): string => words)(hit)',
      "String(rule.text).includes('DROP')",
      "rule['text'].includes('DROP')",
      "[rule.text].some((one) => one.includes('DROP'))",
      "[rule].map((one) => one.text).find((one) => one.includes('DROP'))",
      '!rule.text',
      '[...rule.text]',
    ],
    taken: [
      '{ text: rule.text, origin: rule.origin }',
      '`the rule ${rule.text}`',
      'line(rule.text)',
      '[hit.rule, hit.verdict]',
      "line('text').text.length",
    ],
  },
] as const;

const HEAD = `import type { Container, Host, Netns } from '../model/host.js';
import type { Rule } from '../model/netfilter.js';
import type { RuleHit } from '../model/trace.js';
declare const host: Host;
declare const netns: Netns;
declare const container: Container;
declare const step: { readonly netns?: string; readonly kind: 'host' | 'network' };
declare const rule: Rule;
declare const hit: RuleHit;
declare const texts: ReadonlySet<string>;
declare function line(text: string): { readonly text: string };
declare function parseWords(text: string): readonly string[];
`;

/** What the linter says of expressions in a module of the audit, by their lines: all of them in one, as its types take seconds to read. */
async function saidOf(expressions: readonly string[]): Promise<ReadonlyMap<number, readonly string[]>> {
  const cwd = fileURLToPath(new URL('../../', import.meta.url));
  const eslint = new ESLint({ cwd, ruleFilter: ({ ruleId }) => RULES.some(({ rule }) => rule === ruleId) });
  const code = HEAD + expressions.map((expression, i) => `export const made${i} = ${expression};\n`).join('');
  const [result] = await eslint.lintText(code, { filePath: 'src/audit/coverage.ts' });
  const said = new Map<number, string[]>();
  for (const { ruleId, line, message } of result?.messages ?? []) said.set(line, [...(said.get(line) ?? []), ruleId ?? message]);
  return said;
}

const ALL = RULES.flatMap(({ refused, taken }) => [...refused, ...taken]);
const FIRST = HEAD.split('\n').length;
const said = await saidOf(ALL);
const of = (expression: string): readonly string[] => said.get(FIRST + ALL.findIndex((one) => one === expression)) ?? [];

it('nothing is said of what the expressions stand in', () => {
  expect([...said].filter(([line]) => line < FIRST || line >= FIRST + ALL.length)).toEqual([]);
});

describe.each(RULES)('$rule', ({ rule, refused, taken }) => {
  it.each(refused)('refuses %s', (expression) => {
    expect(of(expression)).toEqual([rule]);
  });

  it.each(taken)('takes %s', (expression) => {
    expect(of(expression)).toEqual([]);
  });
});

import { ESLint } from 'eslint';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const cwd = fileURLToPath(new URL('../../', import.meta.url));
const eslint = new ESLint({ cwd, ruleFilter: ({ ruleId }) => ruleId === 'netns/no-host-literal' });

/** What the linter says of an expression in a module of the audit. */
async function said(expression: string): Promise<readonly string[]> {
  const code = `import type { Container, Host, Netns } from '../model/host.js';
declare const host: Host;
declare const netns: Netns;
declare const container: Container;
declare const step: { readonly netns?: string; readonly kind: 'host' | 'network' };
export const made = ${expression};
`;
  const [result] = await eslint.lintText(code, { filePath: 'src/audit/coverage.ts' });
  return (result?.messages ?? []).map(({ ruleId, line: at, message }) => `${ruleId ?? message} in line ${at}`);
}

it.each([
  "netns.name === 'host'",
  "'host' !== container.netns",
  "step.netns ?? 'host'",
  "host.netns.get('host')",
  "[...host.netns.keys()].includes('host')",
  "{ ...container, netns: 'host' }",
  "(netns = 'host'): string => netns",
])('refuses %s', async (expression) => {
  expect(await said(expression)).toEqual(['netns/no-host-literal in line 6']);
});

it.each(["step.kind === 'host'", "container.networkMode === 'host'", "{ kind: 'host' }", "['bridge', 'host', 'none']", "'the host'"])(
  'takes %s',
  async (expression) => {
    expect(await said(expression)).toEqual([]);
  },
);

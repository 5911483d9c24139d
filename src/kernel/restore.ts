import type { Family } from '../address/ip.js';
import type { Gap, RulesetText } from './plan/plan.js';
import type { Ran } from './sandbox.js';

type Exec = (argv: readonly string[], input: string) => Promise<Ran>;

/** @returns the program that reads rules, by family and back end. */
export function restoreProgram(family: Family, backend: 'nft' | 'legacy'): string {
  return `ip${family === 6 ? '6' : ''}tables-${backend}-restore`;
}

/** Line numbers that iptables-restore complains about: `Error occurred at line: 7`, `line 7: RULE_APPEND failed`. */
function blamed(message: string): readonly number[] {
  return [...message.matchAll(/line:? (\d{1,9})/g)].map((m) => Number(m[1]));
}

function reason(message: string): string {
  const line = message.split('\n').find((l) => l.trim() !== '' && !l.startsWith('Try ')) ?? 'refused';
  return line.replace(/^ip6?tables(-\w+)*-restore[^:]*: /, '').trim();
}

/**
 * Loads a ruleset; a line that is refused is left out, named, and the rest tried again.
 * @returns what was left out.
 */
export async function restoreRuleset(exec: Exec, netns: string, text: RulesetText): Promise<readonly Gap[]> {
  const program = restoreProgram(text.family, text.backend);
  const lines: string[] = [...text.lines];
  const gaps: Gap[] = [];
  for (;;) {
    const ran = await exec([program], `${lines.join('\n')}\n`);
    if (ran.code === 0) return gaps;
    const refused = blamed(ran.err).filter((n) => (lines[n - 1] ?? '').startsWith('-A'));
    const what = (n: number): string => `${netns}: ${text.sources[n - 1] ?? ''}: ${text.lines[n - 1] ?? ''}`;
    if (refused.length === 0) return [...gaps, { what: `${netns}: the rules of ${program.replace('-restore', '')}`, why: reason(ran.err) }];
    for (const n of new Set(refused)) {
      gaps.push({ what: what(n), why: reason(ran.err) });
      lines[n - 1] = '';
    }
  }
}

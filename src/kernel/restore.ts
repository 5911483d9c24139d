import type { Family } from '../address/ip.js';
import type { Gap, PlanLine, RulesetText } from './plan/plan.js';
import type { Ran } from './sandbox.js';
import { writable, type Written } from './write/lines.js';

type Exec = (argv: readonly string[], input: string) => Promise<Ran>;

/** @returns the program that reads rules, by family and back end. */
export function restoreProgram(family: Family, backend: 'nft' | 'legacy'): string {
  return `ip${family === 6 ? '6' : ''}tables-${backend}-restore`;
}

/** Line numbers that iptables-restore complains about: `Error occurred at line: 7`, `line 7: RULE_APPEND failed`. */
function blamed(message: string): readonly number[] {
  return [...message.matchAll(/line:? (\d{1,9})/g)].map((m) => Number(m[1]));
}

/** The words of the complaint, without the program's name and its advice. */
function reason(message: string): string {
  const bare = message
    .split('\n')
    .map((line) => line.replace(/^(?:Warning: |ip6?tables\S*(?: v\S+)?(?: \(\w+\))?: |line \d{1,9}: )+/, '').trim());
  return bare.find((line) => line !== '' && !line.startsWith('Try ') && !line.startsWith('Error occurred')) ?? 'refused';
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

/**
 * Loads ipsets line by line of `ipset restore`, which stops at the first that is refused.
 * @returns what was left out.
 */
export async function restoreIpsets(exec: Exec, commands: readonly PlanLine[]): Promise<readonly Gap[]> {
  const { lines, gaps: unwritten } = writable(commands);
  const gaps: Gap[] = [...unwritten];
  let rest: readonly Written[] = lines;
  while (rest.length > 0) {
    const ran = await exec(['ipset', '-exist', 'restore'], rest.map((line) => `${line.text}\n`).join(''));
    if (ran.code === 0) return gaps;
    const at = Number(/in line (\d{1,9})/.exec(ran.err)?.[1] ?? 0);
    const refused = rest[at - 1];
    const why = ran.err.replace(/^ipset v\S+: (?:Error in line \d+: )?/, '').trim();
    if (refused === undefined) return [...gaps, { what: rest[0]?.what ?? '', why }];
    gaps.push({ what: refused.what, why: `${why} (${refused.text})` });
    rest = rest.slice(at);
  }
  return gaps;
}

import type { Gap, NativeText } from './plan/plan.js';
import type { Ran } from './sandbox.js';

type Exec = (argv: readonly string[], input: string) => Promise<Ran>;

/** Lines that nft complains about: `/dev/stdin:7:1-20: Error: No such file or directory`. */
const BLAMED = /^[^\s:]*:(\d{1,9}):\d{1,9}-\d{1,9}: Error: (.*)$/gm;

/**
 * Loads native rules, all at once as nft does; a line that is refused is left out, named, and the rest tried again.
 * @returns what was left out.
 */
export async function restoreNative(exec: Exec, netns: string, native: NativeText): Promise<readonly Gap[]> {
  const lines: string[] = native.lines.map(({ line }) => line);
  const gaps: Gap[] = [];
  for (;;) {
    const ran = await exec(['nft', '-f', '-'], `${lines.join('\n')}\n`);
    if (ran.code === 0) return gaps;
    const blamed = new Map([...ran.err.matchAll(BLAMED)].map((m) => [Number(m[1]) - 1, m[2] ?? ''] as const));
    const refused = [...blamed].filter(([at]) => (lines[at] ?? '') !== '');
    if (refused.length === 0) return [...gaps, { what: `${netns}: the native rules`, why: ran.err.trim().split('\n')[0] ?? 'refused' }];
    for (const [at, why] of refused) {
      gaps.push({ what: `${netns}: ${native.lines[at]?.source ?? ''}`, why });
      lines[at] = '';
    }
  }
}

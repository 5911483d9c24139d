import type { Gap, Line } from './plan/plan.js';
import type { Ran } from './sandbox.js';

type Exec = (argv: readonly string[], input: string) => Promise<Ran>;

export type Program = 'ip' | 'ip -6' | 'bridge';

const gapOf = (line: Line, why: string): Gap => ({ what: line.what, why: `${why} (${line.text})` });

/** iproute2 prints the kernel's words, then `Command failed -:LINE`; on words it does not understand it ends at once. */
function readFailures(lines: readonly Line[], err: string): { readonly gaps: readonly Gap[]; readonly ended: boolean } {
  const gaps: Gap[] = [];
  let words = '';
  for (const text of err.split('\n')) {
    const found = /^Command failed -:(\d{1,9})$/.exec(text);
    const line = found === null ? undefined : lines[Number(found[1]) - 1];
    if (found === null) words = text.trim() === '' ? words : text.trim();
    else {
      if (line !== undefined && line.optional !== true) gaps.push(gapOf(line, words));
      words = '';
    }
  }
  return { gaps, ended: words !== '' };
}

/** One by one, after a batch that ended early: what it had done before is there already. */
async function runSingly(exec: Exec, program: Program, lines: readonly Line[]): Promise<readonly Gap[]> {
  const gaps: Gap[] = [];
  for (const line of lines) {
    const { code, err } = await exec([...program.split(' '), '-batch', '-'], `${line.text}\n`);
    const words = err.replace(/\n?Command failed -:1\s*$/, '').trim();
    if (code !== 0 && line.optional !== true && !/File exists|already assigned/.test(words)) gaps.push(gapOf(line, words));
  }
  return gaps;
}

/**
 * Runs `ip` or `bridge` commands, all of them, whatever fails.
 * @returns what failed.
 */
export async function runBatch(exec: Exec, program: Program, lines: readonly Line[]): Promise<readonly Gap[]> {
  if (lines.length === 0) return [];
  const ran = await exec([...program.split(' '), '-force', '-batch', '-'], lines.map((line) => `${line.text}\n`).join(''));
  if (ran.code === 0) return [];
  const { gaps, ended } = readFailures(lines, ran.err);
  return ended ? runSingly(exec, program, lines) : gaps;
}

import type { Gap, PlanLine } from './plan/plan.js';
import type { Ran } from './sandbox.js';
import { writable, type Written } from './write/lines.js';

type Exec = (argv: readonly string[], input: string) => Promise<Ran>;

export type Program = 'ip' | 'ip -6' | 'bridge';

const gapOf = (line: Written, why: string): Gap => ({ what: line.what, why: `${why} (${line.text})` });

/** iproute2 prints the kernel's words, then `Command failed -:LINE`; on words it does not understand it ends at once. */
function readFailures(lines: readonly Written[], err: string): { readonly gaps: readonly Gap[]; readonly ended: boolean } {
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
async function runSingly(exec: Exec, program: Program, lines: readonly Written[]): Promise<readonly Gap[]> {
  const gaps: Gap[] = [];
  for (const line of lines) {
    const { code, err } = await exec([...program.split(' '), '-batch', '-'], `${line.text}\n`);
    const words = err.replace(/\n?Command failed -:1\s*$/, '').trim();
    if (code !== 0 && line.optional !== true && !/File exists|already assigned/.test(words)) gaps.push(gapOf(line, words));
  }
  return gaps;
}

/**
 * Runs `ip` or `bridge` commands, all of them, whatever fails; what cannot be written so that each word stays one is not run.
 * @returns what failed.
 */
export async function runBatch(exec: Exec, program: Program, commands: readonly PlanLine[]): Promise<readonly Gap[]> {
  const { lines, gaps: unwritten } = writable(commands);
  if (lines.length === 0) return unwritten;
  const ran = await exec([...program.split(' '), '-force', '-batch', '-'], lines.map((line) => `${line.text}\n`).join(''));
  if (ran.code === 0) return unwritten;
  const { gaps, ended } = readFailures(lines, ran.err);
  return [...unwritten, ...(ended ? await runSingly(exec, program, lines) : gaps)];
}

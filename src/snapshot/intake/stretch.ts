/** Which ends of a listing a filter took off; what is between them it left as it is. */
export interface TakenOff {
  readonly start: boolean;
  readonly end: boolean;
}

/** How many lines `head` and `tail` leave where they are not told. */
const USUAL = 10;
const UNCHANGED: ReadonlySet<string> = new Set(['less', 'more', 'cat', 'tee', 'most']);

/** `-50`, `-n50`, `-n 50`, `--lines=50`; undefined where it says anything else. */
function countOf(args: readonly string[]): string | undefined {
  const text = args.filter((word) => word !== '-q').join(' ');
  return text === '' ? String(USUAL) : /^(?:-|-n ?|--lines[= ])([-+]?\d+)$/.exec(text)?.[1];
}

/** What one program of a pipe takes off a listing of which it leaves `lines`; Infinity where that is not known. */
function byOne(text: string, lines: number): TakenOff | undefined {
  const [program = '', ...args] = text.trim().split(/\s+/);
  if (UNCHANGED.has(program)) return { start: false, end: false };
  if (program === 'sed') {
    const [, first, last] = /^-n (\d+),(\d+|\$)p$/.exec(args.join(' ').replace(/["']/g, '')) ?? [];
    if (first === undefined) return undefined;
    return { start: Number(first) > 1, end: last !== '$' && lines >= Number(last) - Number(first) };
  }
  const count = countOf(args);
  if (count === undefined) return undefined;
  // fewer lines than were asked for, by more than blank ones at its end: there were no more
  const isShort = /^\d/.test(count) && lines < Number(count) - 1;
  if (program === 'head') return { start: false, end: !isShort };
  return program === 'tail' ? { start: !isShort && count !== '+1', end: false } : undefined;
}

/**
 * @param filter what a listing was piped through: `head -50`, `sed -n '1,40p'`.
 * @param lines how many lines it left, blank ones at the end not counted.
 * @returns what it took off; undefined where it may have left out any line (`grep`).
 */
export function stretchOf(filter: string, lines: number): TakenOff | undefined {
  let all: TakenOff = { start: false, end: false };
  for (const program of filter.split('|').reverse()) {
    // how many lines a program left is only seen where none behind it took any off
    const one = byOne(program, all.start || all.end ? Infinity : lines);
    if (one === undefined) return undefined;
    all = { start: all.start || one.start, end: all.end || one.end };
  }
  return all;
}

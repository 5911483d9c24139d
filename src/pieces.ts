import { createHash } from 'node:crypto';

/**
 * A text told by what it has in common with others: the explorer's page holds the same engine as the program, which the package then holds once
 * (0.9 MB instead of 1.1). `.ci/pieces.mjs` writes it.
 */
export interface Pieces {
  /** The files that it has pieces of, one behind the other. */
  readonly from: readonly string[];
  /** What is its own, one piece behind the other. */
  readonly own: string;
  /** By threes: how many characters of its own; how far on from where the piece before ended; how many characters from there. */
  readonly steps: readonly number[];
  /** Of the whole, in hexadecimal. */
  readonly sha256: string;
}

/**
 * @param read gives one of the files that it has pieces of.
 * @returns the whole text.
 * @throws Error where the files are not those that it was made of.
 */
export function wholeOf({ from, own, steps, sha256 }: Pieces, read: (file: string) => string): string {
  const others = from.map(read).join('');
  const parts: string[] = [];
  let [ownAt, othersAt] = [0, 0];
  for (let i = 0; i < steps.length; i += 3) {
    const [mine = 0, on = 0, theirs = 0] = steps.slice(i, i + 3);
    const start = othersAt + on;
    parts.push(own.slice(ownAt, ownAt + mine), others.slice(start, start + theirs));
    ownAt += mine;
    othersAt = start + theirs;
  }
  const whole = parts.join('');
  if (createHash('sha256').update(whole, 'utf8').digest('hex') !== sha256)
    throw new Error(`the files of this installation do not belong together (${from.join(', ')}): install dtrace-path anew`);
  return whole;
}

import type { Gap, PlanLine } from '../plan/plan.js';
import { batchLine } from './batch-line.js';
import type { WrittenLine } from './words.js';

/** A command as it goes into a batch. */
export interface Written extends Omit<PlanLine, 'words'> {
  readonly text: WrittenLine;
}

/** @returns the lines of a batch, and what cannot be written as one. */
export function writable(commands: readonly PlanLine[]): { readonly lines: readonly Written[]; readonly gaps: readonly Gap[] } {
  const lines: Written[] = [];
  const gaps: Gap[] = [];
  for (const { words, ...rest } of commands) {
    const made = batchLine(words);
    if ('line' in made) lines.push({ ...rest, text: made.line });
    else gaps.push({ what: rest.what, why: `it is not handed to a program: ${made.fault}` });
  }
  return { lines, gaps };
}

import { escapeTerminal } from '../../report/index.js';
import { runStyle } from './run-style.js';

/**
 * Tells on standard error what was written to a file: `wrote report.html (7 findings)`.
 * @param file undefined for standard output, of which nothing is told.
 */
export function announce(file: string | undefined, what: string): void {
  if (file === undefined || file === '-' || file.startsWith('/dev/') || runStyle.quiet) return;
  process.stderr.write(`wrote ${escapeTerminal(file)} (${what})\n`);
}

/**
 * Says on a terminal what is worked at, and takes it away when that is done; work that is done at once leaves no time to ask a clock.
 * @returns what the work gave.
 */
export async function whileBusy<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const { stderr } = process;
  if (!stderr.isTTY || runStyle.quiet) return work();
  stderr.write(`${escapeTerminal(what)} ...`);
  try {
    return await work();
  } finally {
    stderr.write('\r\x1b[K');
  }
}

/** @returns `1 finding`, `7 findings`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

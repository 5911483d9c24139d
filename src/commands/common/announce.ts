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

/** @returns `1 finding`, `7 findings`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

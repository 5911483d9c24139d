import { CommanderError } from 'commander';
import { escapeTerminal } from '../../report/index.js';

/** Something the user can mend: a bad option, an unreadable file. The message says what, where and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What the system answers (errno(3)), in words, where a path is all that is wrong. */
const FAULTS: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'there is no such file or folder'],
  ['ENOTDIR', 'a part of its path is no folder'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
]);

/** @returns why a file cannot be read or written, in a phrase; the system's own words where there are none of ours. */
export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return ('code' in error ? FAULTS.get(error.code) : undefined) ?? error.message;
}

/** Errors that only a mistake in this program raises. */
const OURS = [TypeError, RangeError, ReferenceError, SyntaxError];

/**
 * Tells a failure on stderr: the message alone, or with `debug` the stack and its causes as well.
 * @returns the exit code: 0 for help and version, 2 for anything else.
 */
export function failureCode(error: unknown, debug: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  if (debug && error instanceof Error && error.cause !== undefined) process.stderr.write(`cause: ${String(error.cause)}\n`);
  process.stderr.write(`dtrace-path: ${explain(error, debug)}\n`);
  return 2;
}

/** A line of a build's log that begins with `::` is taken for an instruction, indented or not. */
export function inertLine(line: string): string {
  return escapeTerminal(line).replace(/^(\s*):(?=:)/, '$1\\x3a');
}

function explain(error: unknown, debug: boolean): string {
  const message =
    error instanceof Error && 'syscall' in error && 'path' in error ? `${String(error.path)}: ${faultText(error)}` : faultText(error);
  const text = message.split('\n').map(inertLine).join('\n');
  if (!OURS.some((kind) => error instanceof kind)) return text;
  return `a fault in dtrace-path itself: ${text}${debug ? '' : ' (run again with --debug for the stack)'}`;
}

/** A reader that closes the pipe early (`| head`) has seen enough: no crash. Who writes is told by `Output.write`, and ends in its own way. */
export function quietOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

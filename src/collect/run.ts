import { execFile, type ChildProcess } from 'node:child_process';
import { Bounds } from './bounds.js';
import { onInterrupt } from '../interrupt.js';
import { withoutPasswords } from '../secrets/index.js';

/** What a command came to: its output, or why there is none. */
export type CommandResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string; /** What it printed before it failed. */ readonly text: string };

/** Runs one command; what it is called with is never read by a shell. */
export type Runner = (argv: readonly string[]) => Promise<CommandResult>;

/** A listing of a hundred thousand rules is a fifth of it; a program that writes without end is ended. */
const MOST_OUTPUT = 64 * 2 ** 20;
const LONGEST_WHY = 300;

/** What a program said last before it failed; there may be a password in it, of a proxy or a registry. */
function lastWords(stderr: string): string {
  const said = stderr.slice(-4096).trimEnd();
  return withoutPasswords(said.slice(said.lastIndexOf('\n') + 1)).slice(0, LONGEST_WHY);
}

function whyNot(
  program: string,
  error: Error & { readonly code?: unknown; readonly killed?: boolean },
  stderr: string,
  seconds: number,
): string {
  if (error.code === 'ENOENT') return `${program} is not installed`;
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `${program} printed more than ${MOST_OUTPUT / 2 ** 20} MiB`;
  if (error.killed === true) return `${program} took longer than ${seconds} s`;
  const said = lastWords(stderr);
  if (/failed to execute|No such file or directory/.test(said) && program === 'nsenter') return said.replace(/^nsenter: /, '');
  return said === '' ? `${program} ended with ${String(error.code)}` : said;
}

/**
 * Gives `use` a runner that grants each command `seconds`, and plain English to speak; beyond what all may come to it starts none.
 * An interrupt ends the command that is running as well, also where the signal reaches this program alone.
 */
export async function withRunner<T>(
  seconds: number,
  use: (run: Runner, bounds: Bounds) => Promise<T>,
  bounds = new Bounds(seconds),
): Promise<T> {
  const running = new Set<ChildProcess>();
  const forget = onInterrupt(() => running.forEach((child) => child.kill('SIGKILL')));
  try {
    return await use(commandRunner(seconds, running, bounds), bounds);
  } finally {
    forget();
  }
}

function commandRunner(seconds: number, running: Set<ChildProcess>, bounds: Bounds): Runner {
  return async ([program = '', ...args]) => {
    const { over } = bounds;
    if (over !== undefined) return { ok: false, why: over, text: '' };
    try {
      const result = await ended(program, args);
      bounds.keep(result.text.length);
      return result;
    } catch (error) {
      // more arguments than the kernel takes, or no memory to start it
      return { ok: false, why: `${program} cannot be started (${error instanceof Error ? error.message : String(error)})`, text: '' };
    }
  };

  function ended(program: string, args: readonly string[]): Promise<CommandResult> {
    return new Promise((resolve) => {
      const options = {
        timeout: seconds * 1000,
        maxBuffer: MOST_OUTPUT,
        env: { ...process.env, LC_ALL: 'C' },
        killSignal: 'SIGKILL',
      } as const;
      const child = execFile(program, args, options, (error, stdout, stderr) => {
        running.delete(child);
        resolve(error === null ? { ok: true, text: stdout } : { ok: false, why: whyNot(program, error, stderr, seconds), text: stdout });
      });
      running.add(child);
      child.stdin?.end();
    });
  }
}

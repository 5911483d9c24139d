import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { open, readdir, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { onInterrupt } from '../../interrupt.js';
import { faultText, UsageError } from './failure.js';

/** A file name may have 255 bytes; the temporary one takes some more than the file's own. */
const LONGEST_NAME = 150;
/** What follows the file's own name in the temporary one. */
const TEMPORARY = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/;
const STALE_MS = 24 * 60 * 60 * 1000;

/** Where a command's report goes. */
export interface Output {
  /** Whether a person looks at it. */
  readonly terminal: boolean;
  /** @returns whether anybody reads on: after `| head` no more needs to be made. @throws UsageError where it cannot be written. */
  write(text: string | Uint8Array): Promise<boolean>;
  /** Call once, when all is written: only then does a file appear under its name. */
  finish(): Promise<void>;
  /** Call instead of `finish` after a failure: leaves nothing behind. */
  discard(): Promise<void>;
}

const stdout: Output = {
  terminal: isatty(1),
  write: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(text, (error: NodeJS.ErrnoException | null | undefined) => {
        if (!error) resolve(true);
        else if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') resolve(false);
        else reject(cannotWrite('standard output', error));
      });
    }),
  finish: () => Promise.resolve(),
  discard: () => Promise.resolve(),
};

/** @returns whether to colour: on a terminal, unless NO_COLOR is set; FORCE_COLOR colours pipes as well. */
export function wantsColor(output: Output): boolean {
  if (process.env['NO_COLOR']) return false;
  return process.env['FORCE_COLOR'] ? process.env['FORCE_COLOR'] !== '0' : output.terminal && process.env['TERM'] !== 'dumb';
}

/** Narrower than this no line is broken well. */
const NARROWEST = 40;

/**
 * @returns the columns that lines may take: those of the terminal, or what COLUMNS says (bash(1), ncurses(3X)); none for a pipe or a file,
 *   whose readers break lines themselves.
 */
export function widthOf(output: Pick<Output, 'terminal'>): { readonly width?: number } {
  const told = process.env['COLUMNS'];
  const columns = told !== undefined && /^\d{1,4}$/.test(told) ? Number(told) : output.terminal ? process.stdout.columns : undefined;
  return columns === undefined || columns === 0 ? {} : { width: Math.max(columns, NARROWEST) };
}

/**
 * Opens standard output, or a file that is written whole or not at all (a temporary neighbour, renamed by `finish`).
 * @throws UsageError where the file cannot be written.
 */
export async function openOutput(path: string | undefined): Promise<Output> {
  if (path === undefined || path === '-') return stdout;
  const target = await realpath(path).catch(() => path);
  const old = await stat(target).catch(() => undefined);
  if (old?.isDirectory()) throw new UsageError(`${path}: is a directory; name a file for -o`);
  if (old?.isFIFO() === true) return pipe(target, path);
  if (old && !old.isFile()) return device(target);
  return wholeFile(path, target, old?.mode);
}

/** Writes a report, whole or not at all, given as one text or in pieces. */
export async function writeReport(file: string | undefined, text: string | Iterable<string | Uint8Array>): Promise<void> {
  const output = await openOutput(file);
  try {
    for (const piece of typeof text === 'string' ? [text] : text) if (!(await output.write(piece))) break;
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
}

async function device(path: string): Promise<Output> {
  const handle = await openOrExplain(path, path, 'a');
  const close = (): Promise<void> => handle.close();
  return { terminal: false, write: appender(handle, path), finish: close, discard: close };
}

/** Somebody who reads a pipe may take so long to open it: opening it for writing alone would wait for ever (fifo(7)). */
const OPENING_MS = 1000;
const PAUSE_MS = 20;

/** @throws UsageError where nobody reads the pipe. */
async function pipe(path: string, shown: string): Promise<Output> {
  for (let waited = 0; ; waited += PAUSE_MS) {
    const reader = await open(path, constants.O_WRONLY | constants.O_NONBLOCK).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw cannotWrite(shown, error);
    });
    if (reader !== undefined) return device(path).finally(() => reader.close());
    if (waited >= OPENING_MS) throw new UsageError(`${shown}: is a pipe that nobody reads`);
    await setTimeout(PAUSE_MS);
  }
}

async function wholeFile(shown: string, target: string, mode: number | undefined): Promise<Output> {
  const folder = dirname(target);
  const prefix = `.${basename(target).slice(0, LONGEST_NAME)}.`;
  await sweep(folder, prefix);
  const temporary = join(folder, `${prefix}${randomUUID()}.tmp`);
  const forget = createGuarded(temporary, shown);
  const handle = await openOrExplain(temporary, shown, 'r+');
  const discard = async (): Promise<void> => {
    await handle.close().catch(() => undefined);
    await unlink(temporary).catch(() => undefined);
    forget();
  };
  return {
    terminal: false,
    write: appender(handle, shown),
    finish: async () => {
      try {
        if (mode !== undefined) await handle.chmod(mode & 0o777);
        await handle.sync();
        await handle.close();
        await rename(temporary, target);
        forget();
      } catch (error) {
        await discard();
        return explained(Promise.reject(error), shown);
      }
    },
    discard,
  };
}

/** Takes away what a run that was killed left of this file; a day later none can still be writing it. */
async function sweep(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder).catch((): string[] => [])) {
    if (!name.startsWith(prefix) || !TEMPORARY.test(name.slice(prefix.length))) continue;
    const path = join(folder, name);
    const left = await stat(path).catch(() => undefined);
    if (left?.isFile() === true && left.mtimeMs < Date.now() - STALE_MS) await unlink(path).catch(() => undefined);
  }
}

/** Makes a file under guard, and at once: nothing is there before the guard is, nor appears after an interrupt has taken it away. @returns a function that ends the guard. */
function createGuarded(path: string, shown: string): () => void {
  const forget = onInterrupt(() => rmSync(path, { force: true }));
  try {
    closeSync(openSync(path, 'wx'));
  } catch (error) {
    forget();
    throw cannotWrite(shown, error);
  }
  return forget;
}

type Handle = Awaited<ReturnType<typeof open>>;

function appender(handle: Handle, shown: string): Output['write'] {
  return async (text) => {
    await explained(handle.appendFile(text), shown);
    return true;
  };
}

async function openOrExplain(path: string, shown: string, flags: string): Promise<Handle> {
  return explained(open(path, flags), shown);
}

/** @throws UsageError that names the file, where the disk is full, the folder gone or not ours. */
async function explained<T>(work: Promise<T>, shown: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw cannotWrite(shown, error);
  }
}

function cannotWrite(shown: string, error: unknown): UsageError {
  return new UsageError(`${shown}: cannot be written (${faultText(error)})`, { cause: error });
}

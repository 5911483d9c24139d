import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** What a path names cannot be read; the message says why, without the path. */
export class InputError extends Error {
  override readonly name = 'InputError';
  /** Stands where the error of a file system has its code, for messages. */
  readonly code: string;

  constructor(message: string) {
    super(message);
    this.code = message;
  }
}

/** So long a pipe may give nothing before it is given up, in milliseconds: long enough for a slow command, too short to hang a job. */
const PATIENCE = 10_000;
/** So long somebody may take to open a pipe for writing. */
const OPENING = 1_000;
const PAUSE = 20;
const CHUNK = 1 << 16;
/** More than any listing, and less than memory. */
const LARGEST = 400 * 2 ** 20;
/** /dev/null: the only device that is read, as the empty file it is. */
const NULL_DEVICE = 0x103;

/**
 * Opens what a path names, without waiting for somebody to write into it.
 * @throws InputError on a folder or a device; the error of the file system.
 */
async function openPlain(path: string): Promise<{ readonly file: FileHandle; readonly isPipe: boolean }> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await file.stat();
    if (stat.isFile() || (stat.isCharacterDevice() && stat.rdev === NULL_DEVICE)) return { file, isPipe: false };
    if (stat.isFIFO()) return { file, isPipe: true };
    throw new InputError(stat.isDirectory() ? 'it is a folder' : 'it is a device, neither a file nor a pipe');
  } catch (error) {
    await file.close();
    throw error;
  }
}

function isNotYet(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}

/** Reads a pipe that is open without waiting. @throws InputError where nobody writes into it. */
async function* readPipe(file: FileHandle): AsyncGenerator<Buffer> {
  let idle = 0;
  for (let some = false; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    // 0 bytes: nobody has it open for writing; nothing yet: somebody has
    const got = await file.read(chunk, 0, CHUNK, null).then(
      ({ bytesRead }) => bytesRead,
      (error: unknown) => {
        if (isNotYet(error)) return undefined;
        throw error;
      },
    );
    if (got !== undefined && got > 0) {
      some = true;
      idle = 0;
      yield chunk.subarray(0, got);
      continue;
    }
    if (got === 0 && some) return;
    if (got === 0 && idle >= OPENING) throw new InputError('it is a pipe that nobody writes into');
    if (idle >= PATIENCE) throw new InputError(`it is a pipe that gave nothing for ${PATIENCE / 1000} s`);
    idle += PAUSE;
    await setTimeout(PAUSE);
  }
}

async function* readFileChunks(file: FileHandle): AsyncGenerator<Buffer> {
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const { bytesRead } = await file.read(chunk, 0, CHUNK, null);
    if (bytesRead === 0) return;
    yield chunk.subarray(0, bytesRead);
  }
}

/**
 * Gives out what a path names, chunk by chunk: a file, or a pipe (`<(command)`, /dev/stdin) that somebody writes into.
 * @throws InputError on a folder, a device, or a pipe without a writer; the error of the file system.
 */
export async function* openInput(path: string): AsyncGenerator<Buffer> {
  const { file, isPipe } = await openPlain(path);
  try {
    yield* isPipe ? readPipe(file) : readFileChunks(file);
  } finally {
    await file.close();
  }
}

/**
 * Reads what a path names, whole: whatever option it was given by.
 * @throws InputError as `openInput` does, and on more than 400 MiB; the error of the file system.
 */
export async function readInput(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of openInput(path)) {
    bytes += chunk.length;
    if (bytes > LARGEST) throw new InputError(`it holds more than ${LARGEST} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { platform } from 'node:process';

/** What stood in a folder as a plain file and is none any more, or is not where it stood; the message says so, for a file that is not read. */
export class NotPlain extends Error {
  override readonly name = 'NotPlain';
}

export const NO_FILE = 'not a plain file (a link, a device, a pipe): it is not read';

/** Neither a link at the end of the path is followed, nor a pipe waited for (open(2)). Windows has neither. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

function opened(path: string): number {
  try {
    return openSync(path, FLAGS);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOOP') throw new NotPlain(NO_FILE);
    throw error;
  }
}

/** A folder on the way may have become a link since it was listed: the kernel tells which file it is that was opened (proc(5)). */
function isWhere(file: number, path: string): boolean {
  return platform !== 'linux' || readlinkSync(`/proc/self/fd/${file}`) === path;
}

/** @returns so many bytes of a file, or fewer where it has no more. */
function bytesOf(file: number, size: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (let got = -1; at < size && got !== 0; at += got) got = readSync(file, bytes, at, size - at, null);
  return bytes.subarray(0, at);
}

/**
 * Reads a file of a folder that somebody else may change meanwhile.
 * @param path without a link in it (`realpath`).
 * @param room asked before anything is read: throws where so many bytes are too many.
 * @throws NotPlain where it is a link, a device or a pipe by now, lies elsewhere, or is written while it is read; the error of the file system.
 */
export function readPlainFile(path: string, room: (size: number) => void): Uint8Array {
  const file = opened(path);
  try {
    const before = fstatSync(file);
    const { size, mtimeMs } = before;
    if (!before.isFile() || !isWhere(file, path)) throw new NotPlain(NO_FILE);
    room(size);
    const bytes = bytesOf(file, size);
    const after = fstatSync(file);
    if (bytes.length !== size || after.size !== size || after.mtimeMs !== mtimeMs)
      throw new NotPlain('it was written while it was read: give it when it is whole');
    return bytes;
  } finally {
    closeSync(file);
  }
}

import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { ByteWindow } from './window.js';

/** What is read of a file at once stays in a processor's own cache until it is used. */
const FILE_CAPACITY = 1 << 19;

/**
 * @returns a window on an open file. Its bytes are read by the thread that uses them: handing half a megabyte over from another one takes longer
 * than copying it, and leaves it in that one's cache.
 */
export function fileWindow(file: FileHandle): ByteWindow {
  // so that a failure is a rejection, like those of the other windows
  return new ByteWindow(
    (into, from) => Promise.resolve().then(() => readSync(file.fd, into, from, into.length - from, null)),
    FILE_CAPACITY,
  );
}

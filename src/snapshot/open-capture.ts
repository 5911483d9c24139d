import { createReadStream } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SnapshotError } from './error.js';
import { innerPath, isPlain } from './archive-entry.js';
import { tarReader } from './tar.js';

/**
 * Opens a capture that lies in a snapshot.
 * @param snapshot a folder, .tar, .tar.gz or .tgz, as given to `loadSnapshot`.
 * @param inner the capture's path inside it, as `Host.captures` tells it.
 * @throws SnapshotError where it is not there any more.
 */
export async function* openCapture(snapshot: string, inner: string): AsyncGenerator<unknown> {
  if ((await stat(snapshot)).isDirectory()) yield* createReadStream(await pathIn(snapshot, inner));
  else yield* entryOf(snapshot, inner);
}

/** The folder given may hold the snapshot's own folder and nothing else. */
async function pathIn(folder: string, inner: string): Promise<string> {
  const candidates = [
    folder,
    ...(await readdir(folder, { withFileTypes: true })).filter((e) => e.isDirectory()).map((e) => join(folder, e.name)),
  ];
  for (const candidate of candidates) {
    const path = join(await realpath(candidate), inner);
    // links were refused when the snapshot was read, and none is followed now
    const found = await realpath(path).catch(() => undefined);
    if (found === path && (await stat(path)).isFile()) return path;
  }
  throw new SnapshotError(`holds no ${inner}`, folder, 0, 'It was there a moment ago: try again');
}

async function* entryOf(archive: string, inner: string): AsyncGenerator<unknown> {
  const tar = tarReader();
  const source = createReadStream(archive);
  // failures reach the loop below through `tar`
  if (await isGzip(archive)) pipeline(source, createGunzip(), tar, () => undefined);
  else pipeline(source, tar, () => undefined);
  for await (const entry of tar) {
    const name = isPlain(entry.header) ? (innerPath(entry.header.name) ?? '') : '';
    if (name === inner || name.replace(/^[^/]+\//, '') === inner) {
      yield* entry;
      return;
    }
    entry.resume();
  }
  throw new SnapshotError(`holds no ${inner}`, archive, 0, 'It was there a moment ago: try again');
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.readUInt16BE(0) === 0x1f8b;
  } finally {
    await file.close();
  }
}

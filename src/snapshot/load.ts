import { statSync, type Stats } from 'node:fs';
import { readInput } from '../input.js';
import type { Host } from '../model/host.js';
import { loadFiles } from './assemble.js';
import { SnapshotError } from './error.js';
import { decode, unwrap, type SnapshotFiles } from './files.js';
import type { SourceFile } from './listing.js';
import { loosePaths } from './loose.js';
import { readFolder } from './read-folder.js';

export { loadFiles } from './assemble.js';

/** Single files for the host's namespace by option name (`ip-route`), in place of the snapshot's own. */
export type Overrides = ReadonlyMap<string, string>;

const NOTHING: SnapshotFiles = { texts: new Map(), captures: [], problems: [] };

function cannotOpen(path: string, error: unknown): SnapshotError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const what = code === 'ENOENT' ? 'there is no such file or folder' : `cannot be opened (${code === '' ? String(error) : code})`;
  return new SnapshotError(what, path, 0, 'Check the path');
}

function isFolder(path: string): boolean {
  const found = statOf(path);
  // opening a pipe waits for whoever writes into it, and a device may never end
  if (!found.isDirectory() && !found.isFile())
    throw new SnapshotError('is neither a folder nor a file, but a pipe or a device', path, 0, 'Write it to a file first, and give that');
  return found.isDirectory();
}

function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

/**
 * Reads a snapshot's files without parsing them.
 * @param path a folder, .tar, .tar.gz or .tgz.
 * @throws SnapshotError where it cannot be read.
 */
export async function readSnapshot(path: string): Promise<SnapshotFiles> {
  return unwrap(isFolder(path) ? readFolder(path) : await (await import('./read-archive.js')).readArchive(path));
}

async function readLoose(path: string): Promise<SourceFile> {
  const bytes = await readInput(path).catch((error: unknown) => {
    throw cannotOpen(path, error);
  });
  return { text: decode(bytes), shown: path };
}

/** Puts single files in the place of the snapshot's own. */
async function override(files: ReadonlyMap<string, string>, overrides: Overrides): Promise<Map<string, string | SourceFile>> {
  const merged = new Map<string, string | SourceFile>(files);
  for (const [name, path] of overrides) {
    const file = await readLoose(path);
    const { place, replaces } = loosePaths(name, file.text);
    for (const replaced of replaces) merged.delete(replaced);
    merged.set(place, file);
  }
  return merged;
}

/**
 * Reads and parses a host.
 * @param path a folder or archive; undefined where `overrides` stand alone.
 * @throws SnapshotError on what cannot be read at all; what can be read in part is in `problems` of the answer.
 */
export async function loadSnapshot(path: string | undefined, overrides: Overrides = new Map()): Promise<Host> {
  const read = path === undefined ? NOTHING : await readSnapshot(path);
  const files = await override(read.texts, overrides);
  if (path !== undefined && files.size === 0)
    throw new SnapshotError('holds no files', path, 0, 'Give the folder that holds host/ and docker/');
  const host = loadFiles(files, read.captures, path);
  return { ...host, problems: [...read.problems, ...host.problems] };
}

import { statSync, type Stats } from 'node:fs';
import { readInput } from '../input.js';
import type { Host } from '../model/host.js';
import type { TakenPart } from '../model/intake.js';
import type { Problem } from '../model/origin.js';
import { SnapshotError } from './error.js';
import { decode, unwrap, type SnapshotFiles } from './files.js';
import { hostOfTexts, type HostTexts, type NotRead } from './host-texts.js';
import type { RawFile } from './intake/piece.js';
import type { SourceFile } from './listing.js';
import { loosePaths } from './loose.js';
import { inPlace, isSnapshot, mayBeListings } from './not-read.js';
import { readFolder } from './read-folder.js';

export { loadFiles } from './assemble.js';

/** Single files for the host's namespace by option name (`ip-route`), in place of the snapshot's own. */
export type Overrides = ReadonlyMap<string, string>;

const NOTHING: Given = { files: new Map(), captures: [], problems: [], unread: [] };

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
async function override(files: ReadonlyMap<string, string | SourceFile>, overrides: Overrides): Promise<Map<string, string | SourceFile>> {
  const merged = new Map<string, string | SourceFile>(files);
  for (const [name, path] of overrides) {
    const file = await readLoose(path);
    const { place, replaces } = loosePaths(name, file.text);
    for (const replaced of replaces) merged.delete(replaced);
    merged.set(place, file);
  }
  return merged;
}

/** What is given beside the path. */
export interface LoadOptions {
  /** Which host is meant, where what is given holds the listings of several. */
  readonly host?: string;
}

/** What was read, before it is parsed. */
interface Given {
  readonly files: ReadonlyMap<string, string | SourceFile>;
  readonly captures: readonly string[];
  readonly problems: readonly Problem[];
  readonly parts?: readonly TakenPart[];
  readonly unread: readonly NotRead[];
}

/** A file that is no archive: a paste, or one listing. */
async function readPaste(path: string): Promise<RawFile> {
  const { text } = await readLoose(path === '-' ? '/dev/stdin' : path);
  return { path: path === '-' ? 'standard input' : path, text };
}

async function isPaste(path: string): Promise<boolean> {
  if (path === '-') return true;
  const found = statOf(path);
  if (found.isFIFO()) return true;
  return found.isFile() && !(await (await import('./read-archive.js')).isArchive(path));
}

/** Listings under names of their owner's choice: told apart by what they hold. */
async function takeAll(raw: readonly RawFile[], read: readonly SnapshotFiles[], name: string, host?: string): Promise<Given> {
  const { takeIn } = await import('./intake/index.js');
  const { files, parts, problems } = takeIn(raw, name, host);
  return {
    files,
    parts,
    unread: read.flatMap(mayBeListings),
    captures: read.flatMap((one) => one.captures),
    problems: [...read.flatMap((one) => one.problems), ...problems],
  };
}

function rawFiles({ texts }: SnapshotFiles, under = ''): RawFile[] {
  // an archive holds its files in any order
  const sorted = [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([path, text]) => ({ path: under === '' ? path : `${under}/${path}`, text }));
}

/** Files that are named one by one: the folders that all of them lie in say nothing of whose they are. */
function withInside(raw: readonly RawFile[], named: readonly string[]): readonly RawFile[] {
  const given = new Set(named);
  const folders = raw.filter(({ path }) => given.has(path)).map(({ path }) => path.split('/').slice(0, -1));
  const [first = []] = folders;
  const differs = first.findIndex((folder, i) => folders.some((other) => other[i] !== folder));
  const common = differs < 0 ? first.length : differs;
  return raw.map((file) => (given.has(file.path) ? { ...file, inside: file.path.split('/').slice(common).join('/') } : file));
}

async function readGiven(paths: readonly string[], { host }: LoadOptions): Promise<Given> {
  const [first = ''] = paths;
  if (paths.length === 1 && !(await isPaste(first))) {
    const read = await readSnapshot(first);
    if (read.texts.size + read.captures.length + read.unread.size === 0)
      throw new SnapshotError('holds no files', first, 0, 'Give the folder that holds host/ and docker/');
    if (isSnapshot(read)) return { ...read, ...inPlace(read) };
    return takeAll(rawFiles(read), [read], first, host);
  }
  const raw: RawFile[] = [];
  const read: SnapshotFiles[] = [];
  for (const path of paths) {
    if (await isPaste(path)) raw.push(await readPaste(path));
    else {
      const one = await readSnapshot(path);
      read.push(one);
      raw.push(...rawFiles(one, path.endsWith('/') ? path.slice(0, -1) : path));
    }
  }
  return takeAll(withInside(raw, paths), read, paths.length === 1 ? first : `${first} and ${paths.length - 1} more`, host);
}

/**
 * Reads a host's texts without parsing them.
 * @param path a folder, an archive, or a file of listings (`-`: standard input), several of them together; undefined where
 * `overrides` stand alone. Folders and files of any names are told apart by what they hold.
 * @throws SnapshotError on what cannot be read at all.
 */
export async function readTexts(
  path: string | readonly string[] | undefined,
  overrides: Overrides = new Map(),
  options: LoadOptions = {},
): Promise<HostTexts> {
  const paths = path === undefined ? [] : typeof path === 'string' ? [path] : path;
  const read = paths.length === 0 ? NOTHING : await readGiven(paths, options);
  const { captures, problems, parts, unread } = read;
  const [name] = paths;
  return {
    files: await override(read.files, overrides),
    captures,
    problems,
    ...(unread.length === 0 ? {} : { unread }),
    ...(parts === undefined ? {} : { parts }),
    ...(name === undefined ? {} : { name }),
  };
}

/**
 * Reads and parses a host, as `readTexts` takes it.
 * @throws SnapshotError on what cannot be read at all; what can be read in part is in `problems` of the answer.
 */
export async function loadSnapshot(
  path: string | readonly string[] | undefined,
  overrides: Overrides = new Map(),
  options: LoadOptions = {},
): Promise<Host> {
  return hostOfTexts(await readTexts(path, overrides, options));
}

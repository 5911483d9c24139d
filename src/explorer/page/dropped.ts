import { decode } from '../../core.js';
import { isCapture, type Refused } from '../../snapshot/packed.js';
import type { Problem } from '../../model/origin.js';
import { isPacked, unpack } from './unpack.js';

/** A file as a person gave it. */
export interface DroppedFile {
  /** Where it lay within the folder that was dropped or chosen. */
  readonly path: string;
  readonly read: () => Promise<Uint8Array<ArrayBuffer>>;
}

/** A capture as it was dropped, chosen, or found in an archive. */
export interface DroppedCapture {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A text likewise. */
export interface DroppedText {
  readonly path: string;
  readonly text: string;
}

/** What a person gave the page. */
export interface Dropped {
  readonly texts: readonly DroppedText[];
  readonly captures: readonly DroppedCapture[];
  readonly problems: readonly Problem[];
  /** What is there and was not read, by its path. */
  readonly unread: ReadonlyMap<string, Refused>;
}

/** Nothing, as what a person gave the page begins with. */
export const NOTHING: Dropped = { texts: [], captures: [], problems: [], unread: new Map() };

/** @returns all of it together. */
export function together(parts: readonly Dropped[]): Dropped {
  return {
    texts: parts.flatMap(({ texts }) => texts),
    captures: parts.flatMap(({ captures }) => captures),
    problems: parts.flatMap(({ problems }) => problems),
    unread: new Map(parts.flatMap(({ unread }) => [...unread])),
  };
}

/** @returns the folder that an archive's files are put in, beside others: its name without its endings. */
function folderOf(path: string): string {
  return path.replace(/\.(?:gz|xz|zst)$/i, '').replace(/\.(?:tar|tgz|txz|zip)$/i, '');
}

const isCaptureName = (path: string): boolean => isCapture(path.replace(/\.gz$/i, '')) || /\.cap(?:\.gz)?$/i.test(path);

/** @returns what a file holds, or why the browser may not read it: it belongs to somebody else, or was changed meanwhile (File API, 7.1). */
async function bytesOf(file: DroppedFile): Promise<Uint8Array<ArrayBuffer> | string> {
  try {
    return await file.read();
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

function notRead(path: string, fault: string): Dropped {
  const why = `it cannot be read (${fault}): nothing of it is known`;
  const problems = [{ origin: { file: path, line: 0 }, text: path, message: why }];
  return { ...NOTHING, problems, unread: new Map([[path, { why, kind: 'file' }]]) };
}

/** @param alone whether nothing else was given: the paths in an archive are then the snapshot's own. */
async function readFile(file: DroppedFile, alone: boolean): Promise<Dropped> {
  const { path } = file;
  const bytes = await bytesOf(file);
  if (!(bytes instanceof Uint8Array)) return notRead(path, bytes);
  if (isCaptureName(path)) return { ...NOTHING, captures: [{ path, bytes }] };
  if (!isPacked(bytes)) return { ...NOTHING, texts: [{ path, text: decode(bytes) }] };
  const captures: DroppedCapture[] = [];
  const { texts, problems, unread } = await unpack(path, bytes, (inner, content) => void captures.push({ path: inner, bytes: content }));
  const under = alone ? '' : `${folderOf(path)}/`;
  return {
    texts: [...texts].map(([inner, text]) => ({ path: under + inner, text })),
    captures,
    problems,
    unread: new Map([...unread].map(([inner, refused]) => [under + inner, refused])),
  };
}

/** @returns what some files hold: texts as they are, archives unpacked, captures apart. */
export async function readDropped(files: readonly DroppedFile[]): Promise<Dropped> {
  const parts: Dropped[] = [];
  for (const file of files) parts.push(await readFile(file, files.length === 1));
  return together(parts);
}

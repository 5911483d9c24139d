import type { Problem } from '../model/origin.js';

/** A snapshot as files: path inside it to text. Reading is apart from parsing so that the latter stays pure. */
export interface SnapshotFiles {
  readonly texts: ReadonlyMap<string, string>;
  /** Paths of packet captures, which are not read here. */
  readonly captures: readonly string[];
  /** What was refused: links, devices, paths that lead out of the snapshot. */
  readonly problems: readonly Problem[];
}

/**
 * How much a snapshot may hold before it is taken for a bomb. Listings and captures shrink to a tenth, at best to a fiftieth when packed: beyond
 * `freeBytes` an archive may be no more than `ratio` times as large as its file.
 */
export const LIMITS = { entries: 50_000, textBytes: 400 * 2 ** 20, totalBytes: 8 * 2 ** 30, freeBytes: 8 * 2 ** 20, ratio: 200 } as const;

const CAPTURE = /\.pcap(?:ng)?$/i;
const KNOWN_TOP = /^(?:host|docker|netns|captures)\/|^meta\.json$/;

export function isCapture(path: string): boolean {
  return CAPTURE.test(path);
}

/** @returns the text of a file: UTF-8, or UTF-16 where its byte order mark says so. */
export function decode(bytes: Uint8Array): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(utf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

/** @returns what all paths have before the snapshot's own names: `h1/` where an archive holds one folder of that name. */
export function topFolder(paths: readonly string[]): string {
  const [first] = paths;
  if (first === undefined || paths.some((path) => KNOWN_TOP.test(path))) return '';
  const top = first.slice(0, first.indexOf('/') + 1);
  return top !== '' && paths.every((path) => path.startsWith(top)) ? top : '';
}

/** @returns the same files without the single folder around them. */
export function unwrap(files: SnapshotFiles): SnapshotFiles {
  const top = topFolder([...files.texts.keys(), ...files.captures]);
  if (top === '') return files;
  const texts = new Map([...files.texts].map(([path, text]) => [path.slice(top.length), text]));
  return { ...files, texts, captures: files.captures.map((path) => path.slice(top.length)) };
}

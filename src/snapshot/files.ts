import type { Problem } from '../model/origin.js';

/** What is there, and was not read. */
export interface Refused {
  readonly why: string;
  /** `file`: a file or a folder, of which nothing is known. `other`: a link, a device, a pipe; what a link leads to may be read under its own name. */
  readonly kind: 'file' | 'other';
}

/** A snapshot as files: path inside it to text. Reading is apart from parsing so that the latter stays pure. */
export interface SnapshotFiles {
  readonly texts: ReadonlyMap<string, string>;
  /** Paths of packet captures, which are not read here. */
  readonly captures: readonly string[];
  /** What was refused: links, devices, paths that lead out of the snapshot. */
  readonly problems: readonly Problem[];
  /** Of what was refused, what stands where a file of the snapshot may stand; a folder ends in a slash. */
  readonly unread: ReadonlyMap<string, Refused>;
}

/**
 * How much a snapshot may hold before it is taken for a bomb. Listings and captures shrink to a tenth, at best to a fiftieth when packed: beyond
 * `freeBytes` an archive may be no more than `ratio` times as large as its file.
 */
export const LIMITS = { entries: 50_000, textBytes: 400 * 2 ** 20, totalBytes: 8 * 2 ** 30, freeBytes: 8 * 2 ** 20, ratio: 200 } as const;

const CAPTURE = /\.pcap(?:ng)?$/i;
const KNOWN_TOP = /^(?:host|docker|netns|captures)\/|^meta\.json$/;

/** @returns whether a path is one that only a snapshot has. */
export function isSnapshotPath(path: string): boolean {
  return /^(?:host|docker|netns|captures)\/(?:[^/]+\/)?(?:ip6?tables|ip6?-|nft-|sysctl\.|ss\.|bridge-|brctl-|containers\.|networks\.|netstat|ifconfig|ps\.|dmesg|testimony\.|resolv|network-ls|version\.|info\.|ipset|start-|wg-show|.*\.pcap)|^meta\.json$/.test(
    path,
  );
}

/** @returns whether a path is that of a capture of packets. */
export function isCapture(path: string): boolean {
  return CAPTURE.test(path);
}

/** So many bytes tell UTF-16 from UTF-8 where there is no byte order mark. */
const TELLING = 64;

/** Of text that is mostly ASCII, UTF-16 has a zero in every other byte; UTF-8 has none. */
function utf16Order(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const pairs = Math.floor(Math.min(bytes.length, TELLING) / 2);
  const zeros = [0, 0];
  for (let i = 0; i < 2 * pairs; i++) if (bytes[i] === 0) zeros[i % 2]!++;
  const [even = 0, odd = 0] = zeros;
  if (pairs < 2 || even + odd < 0.75 * pairs) return undefined;
  return even === 0 ? 'utf-16le' : odd === 0 ? 'utf-16be' : undefined;
}

/** @returns the text of a file: UTF-8, or UTF-16 of either byte order, with a byte order mark or without. */
export function decode(bytes: Uint8Array): string {
  return new TextDecoder(utf16Order(bytes) ?? 'utf-8').decode(bytes);
}

/** @returns the same of what people write by hand, where each letter counts. @throws TypeError where the bytes are no text of either encoding. */
export function decodeWhole(bytes: Uint8Array): string {
  return new TextDecoder(utf16Order(bytes) ?? 'utf-8', { fatal: true }).decode(bytes);
}

/** `host/` and `docker/` of a snapshot hold files alone: a folder in one of them is that of a snapshot which lies in a folder of that name. */
const NESTED = /^(?:host|docker)\/(?:host|docker|netns|captures)\//;

/** @returns what all paths have before the snapshot's own names: `h1/` where an archive holds one folder of that name, `host/` of `collect -o host.tgz`. */
export function topFolder(paths: readonly string[]): string {
  const [first = ''] = paths;
  const top = first.slice(0, first.indexOf('/') + 1);
  if (top === '' || !paths.every((path) => path.startsWith(top))) return '';
  const isAround = paths.some((path) => path === `${top}meta.json` || NESTED.test(path));
  return isAround || !paths.some((path) => KNOWN_TOP.test(path)) ? top : '';
}

/** @returns the same files without the single folder around them. */
export function unwrap(files: SnapshotFiles): SnapshotFiles {
  const top = topFolder([...files.texts.keys(), ...files.captures]);
  if (top === '') return files;
  const inside = <T>(map: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...map].flatMap(([path, value]) => (path.startsWith(top) ? [[path.slice(top.length), value] as const] : [])));
  return {
    ...files,
    texts: inside(files.texts),
    captures: files.captures.map((path) => path.slice(top.length)),
    unread: inside(files.unread),
  };
}

import type { Problem } from '../model/origin.js';
import { innerPath, isPlain, isSparse, kindOf, type EntryHeader } from './archive-entry.js';
import { tooLarge } from './error.js';
import { decode, isCapture, LIMITS, type Refused } from './files.js';

/** Where a capture's bytes go that cannot be opened again later. */
export type TakesCapture = (path: string, bytes: Uint8Array) => void;

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  chunks.reduce((at, chunk) => (all.set(chunk, at), at + chunk.length), 0);
  return all;
}

/** What the entries of an archive come to: the texts that are kept, what is refused, and whether it is too much. */
export class ArchiveEntries {
  readonly texts = new Map<string, string>();
  readonly captures: string[] = [];
  readonly problems: Problem[] = [];
  readonly unread = new Map<string, Refused>();
  private readonly seen = new Set<string>();
  private entries = 0;
  private total = 0;
  private textBytes = 0;
  /** Why it was given up: the stream would tell only that it was closed. */
  failure: Error | undefined;

  constructor(
    private readonly archive: string,
    private readonly size: number,
    /** Whether captures in it can be opened later. */
    private readonly holdsCaptures: boolean,
    private readonly takeCapture?: TakesCapture,
  ) {}

  /**
   * Takes one entry in; its bytes are read to their end.
   * @throws SnapshotError where it is too much.
   */
  async entry(header: EntryHeader, body: AsyncIterable<unknown>): Promise<void> {
    if (++this.entries > LIMITS.entries) throw tooLarge(this.archive, `more than ${LIMITS.entries} files`);
    const path = this.accept(header);
    const keep = path !== undefined && !isCapture(path);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) {
      if (!(chunk instanceof Uint8Array) || path === undefined || !(keep || this.takeCapture)) continue;
      this.countText(chunk.length);
      chunks.push(chunk);
    }
    if (path === undefined) return;
    if (!keep && !this.holdsCaptures)
      return void this.refuse(path, 'a capture in an archive of this kind is not read: unpack it, or give it by --pcap');
    const twice = this.seen.has(path);
    this.seen.add(path);
    if (!keep && twice) return void this.refuse(path, 'the archive holds this capture twice: the first one is read');
    if (!keep) {
      this.captures.push(path);
      return this.takeCapture?.(path, joined(chunks));
    }
    if (twice) this.refuse(path, 'the archive holds this file twice: the later one is read');
    this.texts.set(path, decode(joined(chunks)));
  }

  /** Counts what comes out of the packing, whether or not it is part of an entry. @throws SnapshotError beyond `LIMITS`. */
  countUnpacked(bytes: number): void {
    this.total += bytes;
    if (this.total > LIMITS.totalBytes) throw tooLarge(this.archive, `more than ${LIMITS.totalBytes} bytes when unpacked`);
    if (this.total > LIMITS.freeBytes && this.total > LIMITS.ratio * this.size)
      throw tooLarge(this.archive, `more than ${LIMITS.ratio} times its own size when unpacked`);
  }

  private countText(bytes: number): void {
    this.textBytes += bytes;
    if (this.textBytes > LIMITS.textBytes) throw tooLarge(this.archive, `more than ${LIMITS.textBytes} bytes of text when unpacked`);
  }

  /** @returns where an entry belongs; undefined for folders, and for what is refused. */
  private accept(header: EntryHeader): string | undefined {
    if (header.type === 'directory') return undefined;
    if (!isPlain(header)) {
      const message = `${kindOf(header)} in the archive: only plain files are read`;
      const path = innerPath(header.name);
      if (path !== undefined) this.unread.set(path, { why: message, kind: isSparse(header) ? 'file' : 'other' });
      return this.refuse(header.name, message);
    }
    return innerPath(header.name) ?? this.refuse(header.name, 'a path that leads out of the snapshot: it is not read');
  }

  private refuse(name: string, message: string): undefined {
    this.problems.push({ origin: { file: name, line: 0 }, text: name, message });
    return undefined;
  }
}

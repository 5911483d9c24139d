import { existsSync, readdirSync, realpathSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../model/origin.js';
import { SnapshotError, tooLarge } from './error.js';
import { NO_FILE, NotPlain, readPlainFile } from './plain-file.js';
import { decode, isCapture, LIMITS, type Refused, type SnapshotFiles } from './files.js';

class FolderReader {
  readonly texts = new Map<string, string>();
  readonly captures: string[] = [];
  readonly problems: Problem[] = [];
  readonly unread = new Map<string, Refused>();
  private entries = 0;
  private bytes = 0;

  /** @param real the folder's own path, without a link. */
  constructor(
    private readonly root: string,
    private readonly real: string,
  ) {}

  walk(inner: string): void {
    const listing = this.listed(inner);
    for (const entry of listing.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = inner === '' ? entry.name : `${inner}/${entry.name}`;
      if (++this.entries > LIMITS.entries) throw tooLarge(this.root, `more than ${LIMITS.entries} files`);
      if (this.isMisnamed(path)) this.refuse(path, 'its name is no UTF-8: it is not read, nor is what is in it');
      else if (entry.isDirectory()) this.walk(path);
      else if (entry.isFile()) this.file(path);
      else this.refuse(path, NO_FILE, 'other');
    }
  }

  /** What a folder holds; nothing, which is told, where it may not be read. @throws where it is the first one. */
  private listed(inner: string): Dirent[] {
    try {
      return readdirSync(join(this.real, inner), { withFileTypes: true });
    } catch (error) {
      if (inner === '') throw error;
      this.refuse(`${inner}/`, `the folder cannot be read (${codeOf(error)}): nothing in it is known`);
      return [];
    }
  }

  /** Node puts U+FFFD for bytes that are no UTF-8, and nothing is found by such a name, or another file that really has it. */
  private isMisnamed(path: string): boolean {
    return path.includes('\ufffd') && (this.texts.has(path) || !existsSync(join(this.root, path)));
  }

  private refuse(path: string, message: string, kind: Refused['kind'] = 'file'): void {
    this.unread.set(path, { why: message, kind });
    this.problems.push({ origin: { file: path, line: 0 }, text: path, message });
  }

  private file(path: string): void {
    if (isCapture(path)) return void this.captures.push(path);
    const bytes = this.bytesOf(path);
    if (bytes !== undefined) this.texts.set(path, decode(bytes));
  }

  /** @returns what a file holds; undefined, which is told, where it may not be read. */
  private bytesOf(path: string): Uint8Array | undefined {
    try {
      return readPlainFile(join(this.real, path), (size) => this.take(size));
    } catch (error) {
      if (error instanceof SnapshotError) throw error;
      const why = error instanceof NotPlain ? error.message : `it cannot be read (${codeOf(error)}): nothing of it is known`;
      this.refuse(path, why);
      return undefined;
    }
  }

  /** @throws SnapshotError where so many bytes more are too many. */
  private take(size: number): void {
    this.bytes += size;
    if (this.bytes > LIMITS.textBytes) throw tooLarge(this.root, `more than ${LIMITS.textBytes} bytes of text`);
  }
}

/** `EACCES`, or what else the system calls it. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/**
 * Reads a folder. Symbolic links are not followed. A snapshot is many small files: one after the other is the fastest.
 * @throws SnapshotError where it cannot be read, or holds too much.
 */
export function readFolder(root: string): SnapshotFiles {
  try {
    const reader = new FolderReader(root, realpathSync(root));
    reader.walk('');
    return reader;
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw new SnapshotError(`cannot be read: ${what}`, root, 0, 'Check that every file in it may be read');
  }
}

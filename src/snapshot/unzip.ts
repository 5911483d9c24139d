import { Readable } from 'node:stream';
import type { Entry } from 'yauzl';
import type { EntryHeader } from './archive-entry.js';

/** What compresses an entry (APPNOTE 4.4.5): nothing, or deflate. */
const READ = new Set([0, 8]);

/** Links stand in a zip as files whose mode says so (APPNOTE 4.5.7, external attributes of Unix). */
function zipType(name: string, entry: Entry): EntryHeader['type'] | 'encrypted file' | 'file packed by another method' {
  if (name.endsWith('/')) return 'directory';
  if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000) return 'symlink';
  if (entry.isEncrypted()) return 'encrypted file';
  return READ.has(entry.compressionMethod) ? 'file' : 'file packed by another method';
}

/**
 * Reads a zip, entry by entry, each to be read to its end. Backslashes part folders, as packers of Windows write them; where a name leads is
 * for the caller to judge, entry by entry: the library would end the whole archive.
 * @throws the library's error where it is no zip, is cut, or an entry holds more than it says.
 */
export async function* unzipped(path: string): AsyncGenerator<{ readonly header: EntryHeader; readonly body: Readable }> {
  const { getFileNameLowLevel, openPromise } = await import('yauzl');
  const zip = await openPromise(path, { lazyEntries: true, decodeStrings: false });
  try {
    for await (const entry of zip.eachEntry()) {
      const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
      const type = zipType(name, entry);
      yield { header: { name, type }, body: type === 'file' ? await zip.openReadStreamPromise(entry) : Readable.from([]) };
    }
  } finally {
    zip.close();
  }
}

/** @returns the path inside the snapshot, or undefined where the entry's name leads out of it. */
export function innerPath(name: string): string | undefined {
  if (name.startsWith('/') || name.includes('\\') || name.includes('\0') || /^[A-Za-z]:/.test(name)) return undefined;
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') || parts.length === 0 ? undefined : parts.join('/');
}

/** What an archive says of an entry before its bytes. */
export interface EntryHeader {
  readonly name: string;
  /** As tar-stream calls it: null or nothing where it knows none; of zip in words of ours. */
  readonly type?: string | null | undefined;
  /** What pax headers tell of it, as an object of texts. */
  readonly pax?: unknown;
}

/** Of a sparse file the archive holds pieces, and a map of where they lie (GNU tar, Storing Sparse Files). */
export function isSparse({ pax }: EntryHeader): boolean {
  return typeof pax === 'object' && pax !== null && Object.keys(pax).some((key) => key.startsWith('GNU.sparse.'));
}

/** @returns whether an entry is a file, and no link, device, pipe or sparse file. */
export function isPlain(header: EntryHeader): boolean {
  return (header.type === 'file' || header.type === 'contiguous-file') && !isSparse(header);
}

/** @returns what an entry is, in words. */
export function kindOf(header: EntryHeader): string {
  const kind = isSparse(header) ? 'sparse file' : (header.type ?? 'file of an unknown kind');
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

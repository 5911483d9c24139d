import { extract, type Extract, type Header } from 'tar-stream';

/** @returns the path inside the snapshot, or undefined where the entry's name leads out of it. */
export function innerPath(name: string): string | undefined {
  if (name.startsWith('/') || name.includes('\\') || name.includes('\0') || /^[A-Za-z]:/.test(name)) return undefined;
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') || parts.length === 0 ? undefined : parts.join('/');
}

/** @returns whether an entry is a file, and no link, device or pipe. */
export function isPlain({ type }: Pick<Header, 'type'>): boolean {
  return type === 'file' || type === 'contiguous-file';
}

/** @returns a reader of tar. A folder has no body, whatever size its header tells (POSIX ustar): tar-stream would wait for one. */
export function tarReader(): Extract {
  return extract().on('entry', (header) => {
    if (header.type === 'directory') header.size = 0;
  });
}

/** How a file is packed, told by its first bytes. */
export type Packing = 'tar' | 'gzip' | 'xz' | 'zstd' | 'zip' | 'other';

/** So many bytes tell it: a header of tar. */
export const BLOCK = 512;
const MAGIC_AT = 257;
const USTAR = 'ustar';
/** First bytes: RFC 1952, the xz file format 2.1.1.1, RFC 8878 3.1.1, and PKWARE's APPNOTE 4.3. */
const MAGIC: readonly (readonly [Packing, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
];

/** @returns whether bytes begin an archive of tar. */
export function isTar(head: Uint8Array): boolean {
  return [...USTAR].every((letter, i) => head[MAGIC_AT + i] === letter.charCodeAt(0));
}

/** @returns how a file is packed that begins so: a name says little. */
export function packingIn(head: Uint8Array): Packing {
  const found = MAGIC.find(([, magic]) => magic.every((byte, i) => head[i] === byte));
  return found?.[0] ?? (isTar(head) ? 'tar' : 'other');
}

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { utf8 } from '../address/utf8.js';

/** @returns a short name for the words together; equal words give equal names, in every run and on every machine. */
export function fingerprint(...words: readonly string[]): string {
  return bytesToHex(sha256(utf8(words.join('\u0000')))).slice(0, 20);
}

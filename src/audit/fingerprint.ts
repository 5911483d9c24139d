import { createHash } from 'node:crypto';

/** @returns a short name for the words together; equal words give equal names, in every run and on every machine. */
export function fingerprint(...words: readonly string[]): string {
  return createHash('sha256').update(words.join('\u0000')).digest('hex').slice(0, 20);
}

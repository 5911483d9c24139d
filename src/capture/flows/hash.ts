/** Folds a word into a hash (MurmurHash3's mixing step). */
export function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** Spreads a hash over all its bits (MurmurHash3's finaliser). */
export function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const SAMPLE = 64;

/** @returns a hash of the first bytes of a payload and of its length. */
export function hashBytes(bytes: Uint8Array, at: number, end: number, length: number): number {
  const stop = Math.min(end, at + SAMPLE);
  let hash = mix(0x9747b28c, length);
  let i = at;
  for (; i + 4 <= stop; i += 4) hash = mix(hash, bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
  for (; i < stop; i++) hash = mix(hash, bytes[i]!);
  return finish(hash);
}

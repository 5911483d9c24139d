import type { KnownBytes } from '../predicate/predicate.js';

/** An unsigned 32-bit number of which only the bits of `known` are known; the others of `value` are zero. */
export interface Word {
  readonly value: number;
  readonly known: number;
}

const ALL = 0xffffffff;

function word(value: number, known: number): Word {
  return { value: (value & known) >>> 0, known: known >>> 0 };
}

/** @returns a number that is known in full. */
export function exact(value: number): Word {
  return word(value, ALL);
}

/** @returns the number, or undefined while any bit is not known. */
export function exactly(a: Word): number | undefined {
  return a.known === ALL ? a.value : undefined;
}

/** @returns `size` bytes in network order, or undefined where the packet is too short. */
export function readWord({ bytes, known }: KnownBytes, offset: number, size: 1 | 2 | 4): Word | undefined {
  if (offset + size > bytes.length) return undefined;
  let value = 0;
  let mask = size === 4 ? 0 : ALL - 256 ** size + 1;
  for (let i = 0; i < size; i++) {
    const place = 256 ** (size - 1 - i);
    value += (bytes[offset + i] ?? 0) * place;
    if (known[offset + i]) mask += 0xff * place;
  }
  return word(value, mask);
}

/** @returns `a & b`: a zero known on one side is known of the result. */
export function and(a: Word, b: Word): Word {
  return word(a.value & b.value, (a.known & b.known) | (a.known & ~a.value) | (b.known & ~b.value));
}

/** @returns `a | b`. */
export function or(a: Word, b: Word): Word {
  return word(a.value | b.value, (a.known & b.known) | (a.known & a.value) | (b.known & b.value));
}

/** @returns `a ^ b`. */
export function xor(a: Word, b: Word): Word {
  return word(a.value ^ b.value, a.known & b.known);
}

/** @returns `a << bits`, bits below 32. */
export function shiftLeft(a: Word, bits: number): Word {
  return word(a.value << bits, (a.known << bits) | (2 ** bits - 1));
}

/** @returns `a >> bits`, bits below 32. */
export function shiftRight(a: Word, bits: number): Word {
  return word(a.value >>> bits, (a.known >>> bits) | ~(ALL >>> bits));
}

/** @returns the exact result of a function of two numbers; nothing is known of it while a bit of either is not. */
export function arithmetic(a: Word, b: Word, result: (a: number, b: number) => number): Word {
  const left = exactly(a);
  const right = exactly(b);
  return left === undefined || right === undefined ? word(0, 0) : exact(result(left, right));
}

/** @returns whether `lo <= a <= hi`, undefined where the bits not known decide. */
export function isBetween(a: Word, lo: number, hi: number): boolean | undefined {
  const least = a.value;
  const most = (a.value | ~a.known) >>> 0;
  if (lo > hi || most < lo || least > hi) return false;
  if (least >= lo && most <= hi) return true;
  if (lo === hi && ((a.value ^ lo) & a.known) !== 0) return false;
  return undefined;
}

import type { Ip } from '../../address/ip.js';
import type { Tuple } from './entry.js';
import type { NatRange } from '../../netfilter/index.js';

const rol = (x: number, n: number): number => ((x << n) | (x >>> (32 - n))) >>> 0;
const swap = (x: number): number => ((x << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24)) >>> 0;

type Abc = [number, number, number];

/** Bob Jenkins' lookup3 mixing (burtleburtle.net/bob/c/lookup3.c), which the kernel's jhash2 uses. */
function mix([a0, b0, c0]: Abc): Abc {
  let [a, b, c] = [a0, b0, c0];
  const step = (x: number, y: number, z: number, n: number): [number, number] => [((x - z) ^ rol(z, n)) >>> 0, (z + y) >>> 0];
  [a, c] = step(a, b, c, 4);
  [b, a] = step(b, c, a, 6);
  [c, b] = step(c, a, b, 8);
  [a, c] = step(a, b, c, 16);
  [b, a] = step(b, c, a, 19);
  [c, b] = step(c, a, b, 4);
  return [a, b, c];
}

function final([a0, b0, c0]: Abc): number {
  let [a, b, c] = [a0, b0, c0];
  c = ((c ^ b) - rol(b, 14)) >>> 0;
  a = ((a ^ c) - rol(c, 11)) >>> 0;
  b = ((b ^ a) - rol(a, 25)) >>> 0;
  c = ((c ^ b) - rol(b, 16)) >>> 0;
  a = ((a ^ c) - rol(c, 4)) >>> 0;
  b = ((b ^ a) - rol(a, 14)) >>> 0;
  return ((c ^ b) - rol(b, 24)) >>> 0;
}

/** jhash2 over the four words of a conntrack address. */
function jhash4(words: readonly [number, number, number, number], initval: number): number {
  const start = (0xdeadbeef + 16 + initval) >>> 0;
  const [a, b, c] = mix([(start + words[0]) >>> 0, (start + words[1]) >>> 0, (start + words[2]) >>> 0]);
  return final([(a + words[3]) >>> 0, b, c]);
}

/** The address as a little-endian machine reads its network-order words. */
function wordsOf(ip: Ip): [number, number, number, number] {
  if (typeof ip === 'number') return [swap(ip), 0, 0, 0];
  const word = (shift: bigint): number => swap(Number((ip >> shift) & 0xffffffffn));
  return [word(96n), word(64n), word(32n), word(0n)];
}

const scale = (hash: number, distance: number): number => Number((BigInt(hash) * BigInt(distance)) >> 32n);

/**
 * find_best_ips_proto (net/netfilter/nf_nat_core.c): which address of a range a connection gets. The hash has no
 * secret, so the choice can be told; little-endian machines are assumed.
 */
export function chooseAddress(range: NatRange, tuple: Tuple, zone: number): Ip | undefined {
  const { minIp, maxIp } = range;
  if (minIp === undefined || maxIp === undefined || minIp === maxIp) return minIp;
  const dst = wordsOf(tuple.dst);
  const last = typeof minIp === 'number' ? 0 : 3;
  let hash = jhash4(wordsOf(tuple.src), range.persistent ? 0 : (dst[last] ^ zone) >>> 0);
  if (typeof minIp === 'number') return (minIp + scale(hash, Number(maxIp) - minIp + 1)) >>> 0;
  const [min, max] = [wordsOf(minIp).map(swap), wordsOf(maxIp).map(swap)];
  let full = false;
  let value = 0n;
  for (let i = 0; i < 4; i++) {
    const word = ((full ? 0 : min[i]!) + scale(hash, full ? 0xffffffff : max[i]! - min[i]! + 1)) >>> 0;
    if (word !== max[i]) full = true;
    value = (value << 32n) | BigInt(word);
    if (!range.persistent) hash = (hash ^ dst[i]!) >>> 0;
  }
  return value;
}

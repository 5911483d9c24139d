import ipaddr from 'ipaddr.js';

/** An address: an unsigned 32-bit number for IPv4, a 128-bit bigint for IPv6; `typeof` tells the family. */
export type Ip = number | bigint;

export type Family = 4 | 6;

/** A block of addresses. `mask` need not be contiguous: iptables accepts any. */
export interface Prefix {
  readonly addr: Ip;
  readonly mask: Ip;
  /** Number of leading one bits, or -1 where the mask has holes. */
  readonly length: number;
}

const V4_ALL = 0xffffffff;
const V6_ALL = (1n << 128n) - 1n;

/** @returns the family of an address. */
export function familyOf(ip: Ip): Family {
  return typeof ip === 'number' ? 4 : 6;
}

/** @returns how many bits an address of a family has: the length of a prefix that is one address. */
export function addressBits(family: Family): 32 | 128 {
  return family === 4 ? 32 : 128;
}

/** @returns whether an address is of the loopback network (RFC 1122, RFC 4291); a listener's that is bound to none is not. */
export function isLoopback(ip: Ip | undefined): boolean {
  return typeof ip === 'number' ? ip >>> 24 === 127 : ip === 1n;
}

/** Reads dotted-quad IPv4 without a library: this is the hot path of every parser. */
function parseV4(text: string): number | undefined {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 46) {
      if (octet < 0 || ++dots > 3) return undefined;
      value = value * 256 + octet;
      octet = -1;
    } else if (c >= 48 && c <= 57) {
      // a leading zero means octal to some programs, and none prints it
      if (octet === 0) return undefined;
      octet = octet < 0 ? c - 48 : octet * 10 + c - 48;
      if (octet > 255) return undefined;
    } else return undefined;
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : undefined;
}

/**
 * Reads an address as iproute2 and iptables print it.
 * @param text `172.17.0.2`, `2001:db8::1`, `::ffff:1.2.3.4`; a zone (`%eth0`) is ignored.
 * @returns undefined where the text is no address.
 */
export function parseIp(text: string): Ip | undefined {
  if (!text.includes(':')) return parseV4(text);
  // sockets and published ports are full of it
  if (text === '::') return 0n;
  const bare = text.split('%', 1)[0] ?? '';
  if (!mayBeV6(bare) || !ipaddr.IPv6.isValid(bare)) return undefined;
  return ipaddr.IPv6.parse(bare).parts.reduce((sum, part) => (sum << 16n) | BigInt(part), 0n);
}

/** Sorts out what is surely no address: the library raises an error for each, which is slow where a file holds nothing else. */
function mayBeV6(text: string): boolean {
  if (!/^[0-9a-f:.]{2,45}$/i.test(text)) return false;
  const gap = text.indexOf('::');
  if (gap >= 0) return text.indexOf('::', gap + 1) < 0;
  return text.split(':').length === (text.includes('.') ? 7 : 8);
}

/** @returns the canonical text of an address (RFC 5952 for IPv6). */
export function formatIp(ip: Ip): string {
  if (typeof ip === 'number') return `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`;
  const parts: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) parts.push(Number((ip >> shift) & 0xffffn));
  return new ipaddr.IPv6(parts).toRFC5952String();
}

/** @returns the network mask with `length` leading ones. */
export function maskOf(family: Family, length: number): Ip {
  if (family === 4) return length === 0 ? 0 : (V4_ALL << (32 - length)) >>> 0;
  return length === 0 ? 0n : (V6_ALL << BigInt(128 - length)) & V6_ALL;
}

/** @returns `ip & mask`, within one family. */
export function maskIp(ip: Ip, mask: Ip): Ip {
  if (typeof ip === 'number') return typeof mask === 'number' ? (ip & mask) >>> 0 : 0;
  return typeof mask === 'bigint' ? ip & mask : 0n;
}

/** @returns the last address of a contiguous prefix (its broadcast address in IPv4). */
export function lastOf(prefix: Prefix): Ip {
  if (typeof prefix.addr === 'number') return (prefix.addr | (~Number(prefix.mask) >>> 0)) >>> 0;
  return prefix.addr | (V6_ALL ^ BigInt(prefix.mask));
}

function prefixLengthOf(mask: Ip): number {
  const family = familyOf(mask);
  for (let length: number = addressBits(family); length >= 0; length--) if (maskOf(family, length) === mask) return length;
  return -1;
}

/** @returns the prefix of `length` bits that holds `ip`. */
export function prefixOf(ip: Ip, length: number): Prefix {
  const mask = maskOf(familyOf(ip), length);
  return { addr: maskIp(ip, mask), mask, length };
}

/**
 * Reads `ADDR`, `ADDR/LENGTH` or `ADDR/MASK`. Host bits are cleared, as the kernel does.
 * @returns undefined where the text is no prefix.
 */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const ip = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (ip === undefined) return undefined;
  const full = addressBits(familyOf(ip));
  if (slash < 0) return prefixOf(ip, full);
  const tail = text.slice(slash + 1);
  if (/^(?:0|[1-9]\d{0,2})$/.test(tail)) return Number(tail) <= full ? prefixOf(ip, Number(tail)) : undefined;
  const mask = parseIp(tail);
  if (mask === undefined || familyOf(mask) !== familyOf(ip)) return undefined;
  return { addr: maskIp(ip, mask), mask, length: prefixLengthOf(mask) };
}

/** @returns `ADDR/LENGTH`, or `ADDR/MASK` where the mask has holes. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatIp(prefix.addr)}/${prefix.length >= 0 ? prefix.length : formatIp(prefix.mask)}`;
}

/** @returns whether `ip` lies in `prefix`; addresses of the other family never do. */
export function contains(prefix: Prefix, ip: Ip): boolean {
  return typeof prefix.addr === typeof ip && maskIp(ip, prefix.mask) === prefix.addr;
}

const PRIVATE: readonly Prefix[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', 'fc00::/7'].flatMap(
  (text) => parsePrefix(text) ?? [],
);

/** @returns whether an address is of a network that the internet knows no way to (RFC 1918, 3927, 4193, 6598). */
export function isPrivate(ip: Ip): boolean {
  return PRIVATE.some((prefix) => contains(prefix, ip));
}

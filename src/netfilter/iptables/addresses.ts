import { familyOf, formatIp, maskIp, parseIp, parsePrefix, prefixOf, type Family, type Ip, type Prefix } from '../../address/ip.js';
import { wideNumber } from './numbers.js';

const BITS: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

/** A part of an address: a number in decimal, hex or octal, below `limit`. */
function part(text: string, limit: number): number | undefined {
  const value = wideNumber(text);
  return value !== undefined && value < BigInt(limit) ? Number(value) : undefined;
}

/** `10`, `10.1`, `10.1.2`, `010.0.0.1`: bytes from the left, the others 0 (xtables_numeric_to_ipaddr). */
function fromBytes(text: string): number | undefined {
  const bytes = text.split('.').map((word) => part(word, 256));
  if (bytes.length > 4 || bytes.includes(undefined)) return undefined;
  return [0, 1, 2, 3].reduce((sum, at) => sum * 256 + (bytes[at] ?? 0), 0);
}

/** `0x0a000001`, `10.1.2.65535`: the last number fills what is left, and none has a sign (inet_aton, by getaddrinfo). */
function fromNumbers(text: string): number | undefined {
  const words = text.split('.');
  if (words.length > 4 || words.some((word) => !/^\d/.test(word))) return undefined;
  const last = part(words.at(-1) ?? '', 256 ** (5 - words.length));
  const bytes = words.slice(0, -1).map((word) => part(word, 256));
  if (last === undefined || bytes.includes(undefined)) return undefined;
  return bytes.reduce<number>((sum, byte, at) => sum + (byte ?? 0) * 256 ** (3 - at), 0) + last;
}

/** @returns the address that iptables makes of a word (xtables_ipparse_any); a name is none. */
export function readAddress(text: string, family: Family): Ip | undefined {
  if (family === 6 && text.includes('%')) return undefined;
  const ip = parseIp(text);
  if (ip !== undefined) return familyOf(ip) === family ? ip : undefined;
  return family === 4 ? (fromBytes(text) ?? fromNumbers(text)) : undefined;
}

function onesIn(mask: Ip, family: Family): number {
  const bits = mask.toString(2).padStart(BITS[family], '0');
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : -1;
}

/** A mask by its length or written out. */
function readMask(text: string, family: Family): { readonly mask: Ip; readonly length: number } | undefined {
  const length = part(text, BITS[family] + 1);
  if (length !== undefined) return { mask: prefixOf(family === 4 ? 0 : 0n, length).mask, length };
  const mask = family === 4 && text.split('.').length !== 4 ? undefined : readAddress(text, family);
  return mask === undefined ? undefined : { mask, length: onesIn(mask, family) };
}

/** @returns `ADDR[/LENGTH|/MASK]` as iptables reads it (xtables_ipparse_multiple), without bits beyond the mask. */
export function readNetwork(text: string, family: Family): Prefix | undefined {
  // nearly all are as iptables-save prints them
  const plain = text.includes('%') ? undefined : parsePrefix(text);
  if (plain !== undefined) return familyOf(plain.addr) === family ? plain : undefined;
  const slash = text.lastIndexOf('/');
  const mask = readMask(slash < 0 ? String(BITS[family]) : text.slice(slash + 1), family);
  // the name before a mask of none is not looked at: `any/0`
  const addr = mask?.length === 0 ? mask.mask : readAddress(slash < 0 ? text : text.slice(0, slash), family);
  return addr === undefined || mask === undefined ? undefined : { ...mask, addr: maskIp(addr, mask.mask) };
}

const V4_IN_V6 = 0xffff_ffffn;

/** @returns an address as inet_ntop prints it, which writes the last bits of `::a.b.c.d` and `::ffff:a.b.c.d` as IPv4. */
export function printAddress(ip: Ip): string {
  if (typeof ip === 'number') return formatIp(ip);
  const high = ip >> 32n;
  const inside = high === 0xffffn || (high === 0n && ip > 0xffffn);
  return inside ? `::${high === 0n ? '' : 'ffff:'}${formatIp(Number(ip & V4_IN_V6))}` : formatIp(ip);
}

/** @returns a network as iptables-save prints it, its mask written out where it has holes. */
export function printNetwork({ addr, length, mask }: Prefix): string {
  return `${printAddress(addr)}/${length >= 0 ? length : printAddress(mask)}`;
}

/**
 * `ADDR[/LENGTH|/MASK]` as getaddrinfo and xtopt_parse_hostmask read it: the last part of an address fills what is left, and bits beyond the mask
 * are kept. A mask that is too long, or has holes, is none (conntrack, srh).
 */
export function readHostMask(text: string, family: Family): Prefix | undefined {
  const slash = text.indexOf('/');
  const word = slash < 0 ? text : text.slice(0, slash);
  const addr = family === 4 ? fromNumbers(word) : readAddress(word, family);
  const written = slash < 0 ? undefined : text.slice(slash + 1);
  if (addr === undefined || written === '') return undefined;
  const number = written === undefined ? undefined : wideNumber(written);
  const read = written === undefined || number !== undefined ? undefined : readMask(written, family);
  if (written !== undefined && number === undefined && read === undefined) return undefined;
  if (number !== undefined && family === 6 && number > 128n) return undefined;
  const length = number === undefined ? (read?.length ?? -1) : Number(number > BigInt(BITS[family]) ? -1 : number);
  const most = length < 0 ? BITS[family] : length;
  return { addr, length: most, mask: prefixOf(family === 4 ? 0 : 0n, most).mask };
}

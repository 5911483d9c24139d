import { parseIp } from '../../../address/ip.js';
import type { Constant, DataType } from '../ast.js';
import { protocolNumber } from '../../protocols.js';
import { servicePort } from '../../services.js';
import { parseDuration, parseEpoch, parseHour } from './clock.js';
import { isText, type ValueType } from './data-types.js';
import { symbolValue } from './symbols.js';

const IFNAMSIZ = 16;

/** What is wrong with a value, for a person. */
export class BadValue extends Error {}

function bad(what: string): never {
  throw new BadValue(what);
}

/** strtoull with base 0, as nft reads integers: `0x1f`, `017`, `15`. */
export function integerOf(text: string): number | bigint | undefined {
  if (!/^(?:0x[0-9a-f]+|\d+)$/i.test(text)) return undefined;
  const octal = /^0[0-7]+$/.test(text);
  const value = text.length <= 13 ? (octal ? Number.parseInt(text, 8) : Number(text)) : BigInt(octal ? `0o${text.slice(1)}` : text);
  return typeof value === 'bigint' && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function inRange(value: number | bigint, { type, bits }: ValueType): Constant {
  const most = bits < 53 ? 2 ** bits - 1 : (1n << BigInt(bits)) - 1n;
  if (value > most) bad(`value ${value} exceeds valid range 0-${most}`);
  // `ip saddr 0x0a000001`, as listings write what raw payload asked for
  if (type === 'ipv4_addr') return { kind: 'address', ip: Number(value) };
  return { kind: 'number', value: bits > 53 && type !== 'time_epoch' ? value : Number(value), type };
}

function etherOf(text: string): Constant | undefined {
  if (!/^[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}$/i.test(text)) return undefined;
  const value = text.split(':').reduce((sum, byte) => sum * 256 + Number.parseInt(byte, 16), 0);
  return { kind: 'number', value, type: 'ether_addr' };
}

function classidOf(text: string): number | undefined {
  if (text === 'none') return 0;
  if (text === 'root') return 0xffffffff;
  const parts = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(text);
  return parts === null ? undefined : Number.parseInt(parts[1]!, 16) * 65536 + Number.parseInt(parts[2]!, 16);
}

function nameOf(text: string, type: DataType): Constant {
  const wildcard = text.endsWith('*') && !text.endsWith('\\*');
  const name = (wildcard ? text.slice(0, -1) : text).replaceAll('\\*', '*');
  if (text === '') bad('empty string is not allowed');
  if (name === '' && wildcard) bad('all-wildcard strings are not supported');
  if (type === 'ifname' && utf8Length(text) > IFNAMSIZ) bad(`string exceeds maximum length of ${IFNAMSIZ}`);
  return { kind: 'name', name, wildcard, type };
}

/** Bytes of UTF-8; the room uses no Node global. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text)
    bytes += char.codePointAt(0)! < 0x80 ? 1 : char.codePointAt(0)! < 0x800 ? 2 : char.codePointAt(0)! < 0x10000 ? 3 : 4;
  return bytes;
}

/** Where its meaning depends on files of the host that loads it (passwd, iproute2's tables), or on its resolver. */
const HOST_NAMES: ReadonlyMap<DataType, string> = new Map<DataType, string>([
  ['uid', 'a user of the host that loads it'],
  ['gid', 'a group of the host that loads it'],
  ['mark', "a name of the host's rt_marks"],
  ['realm', "a name of the host's rt_realms"],
  ['devgroup', "a name of the host's group table"],
  ['ct_label', "a name of the host's connlabel.conf"],
  ['ipv4_addr', 'a host name, resolved when it is loaded'],
  ['ipv6_addr', 'a host name, resolved when it is loaded'],
  ['inet_service', 'no service that is known'],
]);

/** Types whose words are not the number or the listed names. */
function special(text: string, { type }: ValueType): Constant | undefined {
  const number = (value: number | undefined): Constant | undefined => (value === undefined ? undefined : { kind: 'number', value, type });
  switch (type) {
    case 'ipv4_addr': {
      const ip = text === 'localhost' ? 0x7f000001 : parseIp(text);
      return typeof ip === 'number' ? { kind: 'address', ip } : undefined;
    }
    case 'ipv6_addr': {
      const ip = text.includes('%') ? undefined : parseIp(text);
      return typeof ip === 'bigint' ? { kind: 'address', ip } : undefined;
    }
    case 'ether_addr':
      return etherOf(text);
    case 'inet_proto':
      return number(text === 'all' ? undefined : text === 'ip' ? 0 : text === 'comp' ? 108 : protocolNumber(text));
    case 'inet_service':
      return number(servicePort(text));
    case 'classid':
      return number(classidOf(text));
    case 'time':
      return number(parseDuration(text));
    case 'hour':
      return number(parseHour(text));
    case 'time_epoch':
      return number(parseEpoch(text));
    case 'iface_index':
      return /^\d+$/.test(text) ? undefined : nameOf(text, type);
    case 'raw': {
      // `ct original saddr`: the family is the table's
      const ip = text.includes('.') || text.includes(':') ? parseIp(text) : undefined;
      return ip === undefined ? undefined : { kind: 'address', ip };
    }
    default:
      return undefined;
  }
}

function labelOf(text: string): Constant | undefined {
  const bit = integerOf(text);
  return typeof bit === 'number' && bit < 128 ? { kind: 'number', value: 1n << BigInt(bit), type: 'ct_label' } : undefined;
}

/**
 * Reads a word as a value of a type, as nft's parse functions of that type do.
 * @throws BadValue where the type has no such value.
 */
export function constantOf(text: string, type: ValueType): Constant {
  if (isText(type.type)) return nameOf(text, type.type);
  if (type.type === 'ct_label') return labelOf(text) ?? bad(`“${text}” is ${HOST_NAMES.get('ct_label')}`);
  const found = special(text, type);
  if (found !== undefined) return found;
  const symbol = symbolValue(type.type, text);
  if (symbol !== undefined) return { kind: 'number', value: symbol, type: type.type };
  const value = integerOf(text);
  if (value !== undefined) return inRange(value, type);
  const host = HOST_NAMES.get(type.type);
  return bad(host === undefined ? `“${text}” is no ${type.type}` : `“${text}” is ${host}`);
}

import { formatIp, type Ip } from '../../../address/ip.js';
import type { Constant, DataType, NumberConstant } from '../ast.js';
import { formatDuration, formatEpoch, formatHour } from './clock.js';
import { isFlags } from './data-types.js';
import { symbolName } from './symbols.js';
import { protocolName } from './protocol-name.js';

function hex(value: number | bigint, digits = 1): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** @returns the flags that are set, each as nft names it; undefined where a bit has no name. */
export function flagNames(value: number | bigint, type: DataType): readonly string[] | undefined {
  const names: string[] = [];
  for (let bits = BigInt(value), bit = 0; bits > 0n; bits >>= 1n, bit++) {
    if ((bits & 1n) === 0n) continue;
    const name = type === 'ct_label' ? String(bit) : symbolName(type, 2 ** bit);
    if (name === undefined) return undefined;
    names.push(name);
  }
  return names;
}

function ether(value: number | bigint): string {
  return value
    .toString(16)
    .padStart(12, '0')
    .replace(/(..)(?!$)/g, '$1:');
}

function classid(value: number): string {
  if (value === 0) return 'none';
  if (value === 0xffffffff) return 'root';
  return `${Math.floor(value / 65536).toString(16)}:${(value % 65536).toString(16)}`;
}

/** Types whose numbers without a name are printed in hexadecimal, with so many digits. */
const HEX_DIGITS: ReadonlyMap<DataType, number> = new Map<DataType, number>([
  ['mark', 8],
  ['dscp', 2],
  ['ecn', 2],
  ['ether_type', 4],
  ['tcp_flag', 1],
  ['ct_state', 1],
  ['ct_status', 1],
  ['ct_event', 1],
  ['bitmask', 1],
  ['raw', 1],
  ['ll_addr', 1],
]);

/** Types that listings quote. */
const QUOTED: ReadonlySet<DataType> = new Set<DataType>(['day', 'devgroup']);

function number({ value, type }: NumberConstant, numeric: boolean): string {
  const plain = Number(value);
  switch (type) {
    case 'ether_addr':
      return ether(value);
    case 'inet_proto':
      return (numeric ? undefined : protocolName(plain)) ?? String(plain);
    case 'classid':
      return classid(plain);
    case 'time':
      return numeric ? `${plain / 1000}s` : formatDuration(plain);
    case 'hour':
      return `"${formatHour(plain)}"`;
    case 'time_epoch':
      return `"${formatEpoch(plain)}"`;
    case 'uid':
    case 'gid':
    case 'realm':
      return String(plain);
    case 'ct_label':
      return flagNames(value, type)?.join(',') ?? hex(value);
    default: {
      const name = numeric ? undefined : symbolName(type, plain);
      if (name !== undefined) return QUOTED.has(type) ? `"${name}"` : name;
      const digits = HEX_DIGITS.get(type);
      return digits === undefined ? String(value) : hex(value, digits);
    }
  }
}

/** An address as inet_ntop prints it: one that holds an IPv4 address ends in that. */
function address(ip: Ip): string {
  if (typeof ip === 'number') return formatIp(ip);
  const [high, low] = [ip >> 32n, Number(ip & 0xffffffffn)];
  if (high === 0xffffn) return `::ffff:${formatIp(low)}`;
  return high === 0n && low > 0xffff ? `::${formatIp(low)}` : formatIp(ip);
}

/** @returns a value as a listing prints it; several flags as `a | b`, an end of a range without names. */
export function printConstant(constant: Constant, numeric = false): string {
  if (constant.kind === 'address') return address(constant.ip);
  if (constant.kind === 'name') return `"${constant.name.replaceAll('*', '\\*')}${constant.wildcard ? '*' : ''}"`;
  if (!isFlags(constant.type) || constant.value === 0) return number(constant, numeric);
  const names = flagNames(constant.value, constant.type);
  return names === undefined ? hex(constant.value) : names.join(' | ');
}

import { lastOf, parseIp, type Ip } from '../../address/ip.js';
import { type ElementField, maskedBySet } from '../../datapath/index.js';
import type { IpSet } from '../../model/netfilter.js';
import type { ElementKey } from '../../model/nftables/grammar.js';
import type { DataType, NameConstant } from '../../model/nftables/expression.js';
import type { KeyType } from '../../model/nftables/statement.js';
import type { PacketView } from '../../model/sighting.js';
import type { Step } from '../../model/trace.js';
import { boundsOf, isElementKey } from '../../netfilter/nftables/index.js';

/** What the packets of a flow had on their way, translated or not: addresses, ports, and the interfaces they came by. */
export interface SeenValues {
  readonly addresses: ReadonlySet<Ip>;
  readonly ports: ReadonlySet<number>;
  readonly interfaces: ReadonlySet<string>;
}

function packetsOf(step: Step): readonly PacketView[] {
  return step.kind === 'nat' ? [step.packet, step.before, step.after] : [step.packet];
}

function interfacesOf(step: Step): readonly string[] {
  switch (step.kind) {
    case 'table':
      return [step.in, step.out];
    case 'interface':
      return [step.iface];
    default:
      return [];
  }
}

/** @returns the values of a walk. */
export function seenIn(steps: readonly Step[]): SeenValues {
  const packets = steps.flatMap(packetsOf);
  return {
    addresses: new Set(packets.flatMap(({ src, dst }) => [parseIp(src) ?? [], parseIp(dst) ?? []].flat())),
    ports: new Set(packets.flatMap(({ sport, dport }) => [sport ?? [], dport ?? []].flat())),
    interfaces: new Set(steps.flatMap(interfacesOf)),
  };
}

function someWithin(values: Iterable<Ip>, lo: Ip, hi: Ip): boolean {
  for (const value of values) if (typeof value === typeof lo && value >= lo && value <= hi) return true;
  return false;
}

/** A packet as it comes to a table. */
export type PacketAt = PacketView & { readonly in: string; readonly out: string };

/** @returns whether a field of an ipset's element may be what the packet has at that end; what a trace does not show may. */
export function mayBeField(field: ElementField, dim: 'src' | 'dst', set: IpSet, at: PacketAt): boolean {
  switch (field.kind) {
    case 'net':
    case 'range': {
      const ip = parseIp(at[dim]);
      const [lo, hi] = field.kind === 'net' ? [field.prefix.addr, lastOf(field.prefix)] : [field.lo, field.hi];
      return ip === undefined || someWithin([maskedBySet(set, ip)], lo, hi);
    }
    case 'port': {
      const port = dim === 'src' ? at.sport : at.dport;
      return port === undefined || (port >= field.lo && port <= field.hi);
    }
    case 'iface':
      return field.physdev || (dim === 'src' ? at.in : at.out) === field.name;
    case 'mac':
    case 'mark':
      return true;
  }
}

const BITS: Partial<Readonly<Record<DataType, number>>> = { ipv4_addr: 32, ipv6_addr: 128, inet_service: 16 };

function mayBeInterface({ name, wildcard, type }: NameConstant, { interfaces }: SeenValues): boolean {
  if (type !== 'ifname' && type !== 'iface_index') return true;
  return wildcard ? [...interfaces].some((one) => one.startsWith(name)) : interfaces.has(name);
}

/** @returns whether values from `lo` to `hi` of a type of nft's hold one of the seen; what is neither address nor port may. */
export function mayBeBetween(type: DataType | undefined, lo: Ip, hi: Ip, { addresses, ports }: SeenValues): boolean {
  if (type === 'inet_service') return someWithin(ports, lo, hi);
  return (type !== 'ipv4_addr' && type !== 'ipv6_addr') || someWithin(addresses, lo, hi);
}

/** @returns whether the key of a native set's element may be made of the values. */
export function mayBeKey(key: ElementKey, types: KeyType, seen: SeenValues): boolean {
  if (key.kind === 'concat') return key.parts.every((part, i) => !isElementKey(part) || mayBeKey(part, types.slice(i, i + 1), seen));
  if (key.kind === 'name') return mayBeInterface(key, seen);
  const [type] = types;
  const bits = type && BITS[type];
  const bounds = bits === undefined ? undefined : boundsOf(key, bits);
  return bounds === undefined || mayBeBetween(type, ...bounds, seen);
}

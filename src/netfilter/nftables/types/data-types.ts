import type { DataType } from '../ast.js';

/** A simple type with its width, which for `integer` and `raw` comes from the field. */
export interface ValueType {
  readonly type: DataType;
  readonly bits: number;
}

/** Types of a key: one, or those of a concatenation's fields. */
export type ValueTypes = readonly ValueType[];

const BITS: Readonly<Record<DataType, number>> = {
  verdict: 0,
  nf_proto: 8,
  bitmask: 64,
  integer: 128,
  raw: 128,
  string: 128,
  ll_addr: 128,
  ipv4_addr: 32,
  ipv6_addr: 128,
  ether_addr: 48,
  ether_type: 16,
  arp_op: 16,
  inet_proto: 8,
  inet_service: 16,
  icmp_type: 8,
  tcp_flag: 8,
  dccp_pkttype: 4,
  mh_type: 8,
  time: 32,
  mark: 32,
  iface_index: 32,
  iface_type: 16,
  realm: 32,
  classid: 32,
  uid: 32,
  gid: 32,
  ct_state: 32,
  ct_dir: 8,
  ct_status: 32,
  icmpv6_type: 8,
  ct_label: 128,
  pkt_type: 8,
  icmp_code: 8,
  icmpv6_code: 8,
  icmpx_code: 8,
  devgroup: 32,
  dscp: 6,
  ecn: 2,
  fib_addrtype: 32,
  boolean: 8,
  ct_event: 32,
  ifname: 128,
  igmp_type: 8,
  time_epoch: 64,
  hour: 32,
  day: 8,
  cgroupsv2: 64,
};

const NAMED: ReadonlyMap<string, DataType> = new Map(
  (Object.keys(BITS) as DataType[]).filter((name) => name !== 'raw' && name !== 'time_epoch').map((name) => [name, name]),
);

const SIMPLE: ReadonlyMap<DataType, ValueType> = new Map(
  [...NAMED.values(), 'raw' as const, 'time_epoch' as const].map((type) => [type, { type, bits: BITS[type] }]),
);

/** @returns the type with the width that `nft describe` tells. */
export function simpleType(type: DataType): ValueType {
  return SIMPLE.get(type)!;
}

/** @returns the type that a set's declaration names, undefined for a word that is none. */
export function dataTypeOf(name: string): DataType | undefined {
  return NAMED.get(name);
}

/** Types whose values are sets of bits (basetype bitmask): a comparison without an operator asks for any of them. */
const FLAGS: ReadonlySet<DataType> = new Set<DataType>(['ct_state', 'ct_status', 'ct_label', 'ct_event', 'tcp_flag']);

/** @returns whether a value of this type is several flags. */
export function isFlags(type: DataType): boolean {
  return FLAGS.has(type);
}

/** @returns whether values are text. */
export function isText(type: DataType): boolean {
  return type === 'ifname' || type === 'string' || type === 'cgroupsv2';
}

const CYCLIC: ReadonlySet<string> = new Set(['hour', 'day']);

/** @returns whether ranges of a type may run past its last value: over midnight, over the week's end. */
export function isCyclic(type: string): boolean {
  return CYCLIC.has(type);
}

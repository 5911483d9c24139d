import type { DataType } from '../ast.js';
import { simpleType, type ValueType } from '../types/data-types.js';

function typed(keys: Readonly<Record<string, DataType | number>>): ReadonlyMap<string, ValueType> {
  return new Map(
    Object.entries(keys).map(([key, what]) => [key, typeof what === 'number' ? { type: 'integer', bits: what } : simpleType(what)]),
  );
}

/** Keys of `meta` (meta.c), by the names that listings use. */
export const META_KEYS: ReadonlyMap<string, ValueType> = typed({
  length: 32,
  protocol: 'ether_type',
  priority: 'classid',
  random: 32,
  mark: 'mark',
  iif: 'iface_index',
  iifname: 'ifname',
  iiftype: 'iface_type',
  oif: 'iface_index',
  oifname: 'ifname',
  oiftype: 'iface_type',
  skuid: 'uid',
  skgid: 'gid',
  nftrace: 1,
  rtclassid: 'realm',
  ibrname: 'ifname',
  obrname: 'ifname',
  pkttype: 'pkt_type',
  cpu: 32,
  iifgroup: 'devgroup',
  oifgroup: 'devgroup',
  cgroup: 32,
  nfproto: 'nf_proto',
  l4proto: 'inet_proto',
  ipsec: 'boolean',
  iifkind: 'ifname',
  oifkind: 'ifname',
  ibrpvid: 16,
  ibrvproto: 'ether_type',
  ibrhwaddr: 'ether_addr',
  sdif: 'iface_index',
  sdifname: 'ifname',
  broute: 1,
  time: 'time_epoch',
  day: 'day',
  hour: 'hour',
  secmark: 32,
});

/** Older and other spellings of keys, and what listings write. */
const META_ALIASES: ReadonlyMap<string, string> = new Map([
  ['secpath', 'ipsec'],
  ['ibriport', 'ibrname'],
  ['obriport', 'obrname'],
  ['ibridgename', 'ibrname'],
  ['obridgename', 'obrname'],
]);

/** Keys that may stand without `meta`. */
const UNQUALIFIED: ReadonlySet<string> = new Set(
  'mark iif iifname iiftype oif oifname oiftype skuid skgid nftrace rtclassid ibrname obrname ibriport obriport ibridgename obridgename pkttype cpu iifgroup oifgroup cgroup ipsec secpath time day hour'.split(
    ' ',
  ),
);

/** @returns the key by the name that listings use. */
export function metaKey(word: string): string | undefined {
  const key = META_ALIASES.get(word) ?? word;
  return META_KEYS.has(key) ? key : undefined;
}

/** @returns whether a rule may name this key of `meta` alone: `iifname "eth0"`. */
export function isBareMetaKey(word: string): boolean {
  return UNQUALIFIED.has(word);
}

/** Listings print these without `meta` (meta_key_is_unqualified). */
const PRINTED_BARE: ReadonlySet<string> = new Set(['iif', 'iifname', 'oif', 'oifname', 'iifgroup', 'oifgroup']);

/** @returns how a listing writes the key. */
export function printedMeta(key: string): string {
  return PRINTED_BARE.has(key) ? key : `meta ${key}`;
}

/** Keys of `ct` (ct.c). */
export const CT_KEYS: ReadonlyMap<string, ValueType> = typed({
  state: 'ct_state',
  direction: 'ct_dir',
  status: 'ct_status',
  mark: 'mark',
  expiration: 'time',
  helper: 'string',
  label: 'ct_label',
  l3proto: 'nf_proto',
  saddr: 'raw',
  daddr: 'raw',
  protocol: 'inet_proto',
  'proto-src': 'inet_service',
  'proto-dst': 'inet_service',
  bytes: 64,
  packets: 64,
  avgpkt: 64,
  zone: 16,
  id: 32,
  event: 'ct_event',
  secmark: 32,
});

export const RT_KEYS: ReadonlyMap<string, ValueType> = typed({ classid: 'realm', nexthop: 'raw', mtu: 16, ipsec: 'boolean' });

export const SOCKET_KEYS: ReadonlyMap<string, ValueType> = typed({ transparent: 8, mark: 'mark', wildcard: 8, cgroupv2: 'cgroupsv2' });

import type { DataType } from '../ast.js';
import { simpleType, type ValueType } from '../types/data-types.js';

/** Fields of a header: a type by name, or the width of an integer. */
type Fields = Readonly<Record<string, DataType | number>>;

const PORTS: Fields = { sport: 'inet_service', dport: 'inet_service' };

/** Headers of `nft describe PROTOCOL FIELD` (proto.c): a number is the width of a plain integer. */
const HEADERS: Readonly<Record<string, Fields>> = {
  ether: { saddr: 'ether_addr', daddr: 'ether_addr', type: 'ether_type' },
  vlan: { id: 12, cfi: 1, dei: 1, pcp: 3, type: 'ether_type' },
  arp: {
    htype: 16,
    ptype: 'ether_type',
    hlen: 8,
    plen: 8,
    operation: 'arp_op',
    'saddr ether': 'ether_addr',
    'daddr ether': 'ether_addr',
    'saddr ip': 'ipv4_addr',
    'daddr ip': 'ipv4_addr',
  },
  ip: {
    version: 4,
    hdrlength: 4,
    dscp: 'dscp',
    ecn: 'ecn',
    length: 16,
    id: 16,
    'frag-off': 16,
    ttl: 8,
    protocol: 'inet_proto',
    checksum: 16,
    saddr: 'ipv4_addr',
    daddr: 'ipv4_addr',
  },
  ip6: {
    version: 4,
    dscp: 'dscp',
    ecn: 'ecn',
    flowlabel: 20,
    length: 16,
    nexthdr: 'inet_proto',
    hoplimit: 8,
    saddr: 'ipv6_addr',
    daddr: 'ipv6_addr',
  },
  icmp: { type: 'icmp_type', code: 'icmp_code', checksum: 16, id: 16, sequence: 16, gateway: 32, mtu: 16 },
  igmp: { type: 'igmp_type', checksum: 16, mrt: 8, group: 32 },
  icmpv6: {
    type: 'icmpv6_type',
    code: 'icmpv6_code',
    checksum: 16,
    'parameter-problem': 32,
    mtu: 32,
    id: 16,
    sequence: 16,
    'max-delay': 16,
    taddr: 'ipv6_addr',
    daddr: 'ipv6_addr',
  },
  ah: { nexthdr: 'inet_proto', hdrlength: 8, reserved: 16, spi: 32, sequence: 32 },
  esp: { spi: 32, sequence: 32 },
  comp: { nexthdr: 'inet_proto', flags: 'bitmask', cpi: 16 },
  udp: { ...PORTS, length: 16, checksum: 16 },
  udplite: { ...PORTS, csumcov: 16, checksum: 16 },
  tcp: {
    ...PORTS,
    sequence: 32,
    ackseq: 32,
    doff: 4,
    reserved: 4,
    flags: 'tcp_flag',
    window: 16,
    checksum: 16,
    urgptr: 16,
  },
  dccp: { ...PORTS, type: 'dccp_pkttype' },
  sctp: { ...PORTS, vtag: 32, checksum: 32 },
  th: PORTS,
  vxlan: { vni: 24, flags: 8 },
  geneve: { vni: 24, type: 'ether_type' },
  gre: { version: 3, flags: 5, protocol: 'ether_type' },
};

/** Extension headers of IPv6 (exthdr.c). */
const EXTHDRS: Readonly<Record<string, Fields>> = {
  hbh: { nexthdr: 'inet_proto', hdrlength: 8 },
  rt: { nexthdr: 'inet_proto', hdrlength: 8, type: 8, 'seg-left': 8 },
  rt0: { addr: 'ipv6_addr' },
  rt2: { addr: 'ipv6_addr' },
  srh: { 'last-entry': 8, flags: 8, tag: 16, sid: 'ipv6_addr' },
  frag: { nexthdr: 'inet_proto', reserved: 8, 'frag-off': 13, reserved2: 2, 'more-fragments': 1, id: 32 },
  dst: { nexthdr: 'inet_proto', hdrlength: 8 },
  mh: { nexthdr: 'inet_proto', hdrlength: 8, type: 'mh_type', reserved: 8, checksum: 16 },
};

const KIND_LENGTH: Fields = { kind: 8, length: 8 };
const SACK: Fields = { ...KIND_LENGTH, left: 32, right: 32 };

const TCP_OPTIONS: Readonly<Record<string, Fields>> = {
  eol: { kind: 8 },
  nop: { kind: 8 },
  maxseg: { ...KIND_LENGTH, size: 16 },
  window: { ...KIND_LENGTH, count: 8 },
  'sack-perm': KIND_LENGTH,
  sack: SACK,
  sack0: SACK,
  sack1: SACK,
  sack2: SACK,
  sack3: SACK,
  timestamp: { ...KIND_LENGTH, tsval: 32, tsecr: 32 },
  echo: KIND_LENGTH,
  fastopen: KIND_LENGTH,
  md5sig: KIND_LENGTH,
  mptcp: { ...KIND_LENGTH, subtype: 4 },
};

const ROUTE: Fields = { type: 8, length: 8, ptr: 8, addr: 32 };

const IP_OPTIONS: Readonly<Record<string, Fields>> = {
  lsrr: ROUTE,
  rr: ROUTE,
  ssrr: ROUTE,
  ra: { type: 8, length: 8, value: 16 },
};

const CHUNK: Fields = { type: 8, flags: 8, length: 16 };
const INIT: Fields = { ...CHUNK, 'init-tag': 32, 'a-rwnd': 32, 'num-outbound-streams': 16, 'num-inbound-streams': 16, 'initial-tsn': 32 };

const SCTP_CHUNKS: Readonly<Record<string, Fields>> = {
  data: { ...CHUNK, tsn: 32, stream: 16, ssn: 16, ppid: 32 },
  init: INIT,
  'init-ack': INIT,
  sack: { ...CHUNK, 'cum-tsn-ack': 32, 'a-rwnd': 32, 'num-gap-ack-blocks': 16, 'num-dup-tsns': 16 },
  heartbeat: CHUNK,
  'heartbeat-ack': CHUNK,
  abort: CHUNK,
  shutdown: { ...CHUNK, 'cum-tsn-ack': 32 },
  'shutdown-ack': CHUNK,
  error: CHUNK,
  'cookie-echo': CHUNK,
  'cookie-ack': CHUNK,
  ecne: { ...CHUNK, 'lowest-tsn': 32 },
  cwr: { ...CHUNK, 'lowest-tsn': 32 },
  'shutdown-complete': CHUNK,
  'asconf-ack': { ...CHUNK, seqno: 32 },
  'forward-tsn': { ...CHUNK, 'new-cum-tsn': 32 },
  asconf: { ...CHUNK, seqno: 32 },
};

const ALL = {
  payload: HEADERS,
  exthdr: EXTHDRS,
  'tcp option': TCP_OPTIONS,
  'ip option': IP_OPTIONS,
  'sctp chunk': SCTP_CHUNKS,
} as const;

export type HeaderKind = keyof typeof ALL;

type Resolved = ReadonlyMap<string, ReadonlyMap<string, ValueType>>;

function resolve(table: Readonly<Record<string, Fields>>): Resolved {
  const typed = (what: DataType | number): ValueType => (typeof what === 'number' ? { type: 'integer', bits: what } : simpleType(what));
  return new Map(
    Object.entries(table).map(([name, fields]) => [name, new Map(Object.entries(fields).map(([field, what]) => [field, typed(what)]))]),
  );
}

const RESOLVED: Readonly<Record<HeaderKind, Resolved>> = {
  payload: resolve(ALL.payload),
  exthdr: resolve(ALL.exthdr),
  'tcp option': resolve(ALL['tcp option']),
  'ip option': resolve(ALL['ip option']),
  'sctp chunk': resolve(ALL['sctp chunk']),
};

/** @returns the fields of a header or option, undefined where there is none of the name. */
export function fieldsOf(kind: HeaderKind, name: string): ReadonlyMap<string, ValueType> | undefined {
  return RESOLVED[kind].get(name);
}

/** @returns the names of all headers or options of a kind. */
export function headersOf(kind: HeaderKind): readonly string[] {
  return [...RESOLVED[kind].keys()];
}

/** @returns the type of a field; `addr[1]` is one of the header's several. */
export function fieldType(kind: HeaderKind, name: string, field: string): ValueType | undefined {
  const fields = fieldsOf(kind, name);
  return fields?.get(field) ?? fields?.get(field.replace(/\[\d+\]$/, ''));
}

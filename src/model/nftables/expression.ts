import type { Ip } from '../../address/ip.js';

/** The simple types of values, by nft's names (`nft describe`); `raw` is a field without a type of its own, printed in hexadecimal or decimal. */
export type DataType =
  | 'verdict'
  | 'nf_proto'
  | 'bitmask'
  | 'integer'
  | 'raw'
  | 'string'
  | 'll_addr'
  | 'ipv4_addr'
  | 'ipv6_addr'
  | 'ether_addr'
  | 'ether_type'
  | 'arp_op'
  | 'inet_proto'
  | 'inet_service'
  | 'icmp_type'
  | 'tcp_flag'
  | 'dccp_pkttype'
  | 'mh_type'
  | 'time'
  | 'mark'
  | 'iface_index'
  | 'iface_type'
  | 'realm'
  | 'classid'
  | 'uid'
  | 'gid'
  | 'ct_state'
  | 'ct_dir'
  | 'ct_status'
  | 'icmpv6_type'
  | 'ct_label'
  | 'pkt_type'
  | 'icmp_code'
  | 'icmpv6_code'
  | 'icmpx_code'
  | 'devgroup'
  | 'dscp'
  | 'ecn'
  | 'fib_addrtype'
  | 'boolean'
  | 'ct_event'
  | 'ifname'
  | 'igmp_type'
  | 'time_epoch'
  | 'hour'
  | 'day'
  | 'cgroupsv2';

/**
 * A number on the right-hand side: ports, protocols, marks, flags as bits, MAC addresses as 48 bits, booleans as 0 and 1,
 * times of day and dates in seconds, `ct expiration` in milliseconds; a conntrack label is its bit. A bigint only where the type is wider than 53 bits.
 */
export interface NumberConstant {
  readonly kind: 'number';
  readonly value: number | bigint;
  readonly type: DataType;
}

/** An IPv4 or IPv6 address. */
export interface AddressConstant {
  readonly kind: 'address';
  readonly ip: Ip;
}

/**
 * A name: of an interface (`wildcard` where a `*` ended it: then a prefix), helper, operating system, cgroup.
 * `iif` and `oif` compare an index, which listings show as the name that has it: then the type is `iface_index`.
 */
export interface NameConstant {
  readonly kind: 'name';
  readonly name: string;
  readonly wildcard: boolean;
  readonly type: DataType;
}

export type Constant = NumberConstant | AddressConstant | NameConstant;

/** A field of a header by nft's names: `ip saddr`, `tcp dport`, `th dport`, `ether type`. */
export interface PayloadExpression {
  readonly kind: 'payload';
  readonly protocol: string;
  readonly field: string;
  /** The tunnel whose inner packet is meant: `vxlan ip saddr`. */
  readonly inner?: 'vxlan' | 'geneve' | 'gre' | 'gretap';
}

/** Raw bits of the packet, `@nh,96,24`: from the link layer, network or transport header, or what follows that (`ih`). Offset and length in bits. */
export interface RawPayloadExpression {
  readonly kind: 'raw payload';
  readonly base: 'll' | 'nh' | 'th' | 'ih';
  readonly offset: number;
  readonly length: number;
}

/** A field of an IPv6 extension header; without `field` the question whether it is there. */
export interface ExthdrExpression {
  readonly kind: 'exthdr';
  readonly name: string;
  readonly field?: string;
}

/** A field of a TCP option, IP option or SCTP chunk by name; without `field` the question whether it is there. */
export interface OptionExpression {
  readonly kind: 'tcp option' | 'ip option' | 'sctp chunk' | 'dccp option';
  readonly name: string;
  readonly field?: string;
}

/** Raw bits of a TCP option, `tcp option @255,8,8`: its number, offset and length in bits. */
export interface RawOptionExpression {
  readonly kind: 'raw tcp option';
  readonly option: number;
  readonly offset: number;
  readonly length: number;
}

export interface MetaExpression {
  readonly kind: 'meta';
  readonly key: string;
}

/** `ct original ip saddr` is key `saddr`, family `ip`, direction `original`; `ct original proto-dst` has no family. */
export interface CtExpression {
  readonly kind: 'ct';
  readonly key: string;
  readonly dir?: 'original' | 'reply';
  readonly family?: 'ip' | 'ip6';
}

/** `tunnel id`, `tunnel path exists`: metadata of a tunnel device. */
export interface TunnelExpression {
  readonly kind: 'tunnel';
  readonly key: 'id' | 'path';
}

export interface RtExpression {
  readonly kind: 'rt';
  readonly key: string;
  readonly family?: 'ip' | 'ip6';
}

export type FibFlag = 'saddr' | 'daddr' | 'mark' | 'iif' | 'oif';

/** Compared with a boolean (`oif missing`, `check exists`) it asks whether there is such a route. */
export interface FibExpression {
  readonly kind: 'fib';
  readonly result: 'oif' | 'oifname' | 'type' | 'check';
  readonly flags: readonly FibFlag[];
}

export interface SocketExpression {
  readonly kind: 'socket';
  readonly key: 'transparent' | 'mark' | 'wildcard' | 'cgroupv2';
  /** Of `cgroupv2`. */
  readonly level?: number;
}

export interface OsfExpression {
  readonly kind: 'osf';
  readonly key: 'name' | 'version';
  readonly ttl?: 'loose' | 'skip';
}

export interface IpsecExpression {
  readonly kind: 'ipsec';
  readonly dir: 'in' | 'out';
  readonly spnum: number;
  readonly key: 'reqid' | 'spi' | 'saddr' | 'daddr';
  readonly family?: 'ip' | 'ip6';
}

export interface NumgenExpression {
  readonly kind: 'numgen';
  readonly mode: 'inc' | 'random';
  readonly mod: number;
  readonly offset: number;
}

export interface SymhashExpression {
  readonly kind: 'symhash';
  readonly mod: number;
  readonly offset: number;
}

export interface PrefixExpression {
  readonly kind: 'prefix';
  readonly value: AddressConstant | NumberConstant;
  readonly length: number;
}

/** Closed; of times of day and days it may run over midnight (`from` above `to`). */
export interface RangeExpression {
  readonly kind: 'range';
  readonly from: Constant;
  readonly to: Constant;
}

/** `@name`: a set or map of the same table. */
export interface SetReference {
  readonly kind: 'set reference';
  readonly name: string;
}

/** `*` as an element: whatever no other element holds. */
export interface WildcardExpression {
  readonly kind: 'wildcard';
}

/** What a rule can look at without an operator, but for hashes of other expressions. */
export type PlainSelector =
  | PayloadExpression
  | RawPayloadExpression
  | ExthdrExpression
  | OptionExpression
  | RawOptionExpression
  | MetaExpression
  | TunnelExpression
  | CtExpression
  | RtExpression
  | FibExpression
  | SocketExpression
  | OsfExpression
  | IpsecExpression
  | NumgenExpression
  | SymhashExpression;

/** What a statement can write to. */
export type WritableField =
  PayloadExpression | RawPayloadExpression | MetaExpression | CtExpression | ExthdrExpression | OptionExpression | RawOptionExpression;

export type BinaryOperator = '&' | '|' | '^' | '<<' | '>>';

/** Where an element of a set stands: a line, and its file where that is not the set's, since an edit added the element. */
export interface ElementPlace {
  readonly line: number;
  readonly file?: string;
}

import { familyOf, type Ip } from '../../address/ip.js';
import type { Range } from '../../address/ranges.js';
import { CT_STATE, CT_STATUS, PKTTYPE, type Predicate, type Field } from '../../netfilter/index.js';
import { TCP_FLAG } from '../../model/packet.js';
import { addressRange, leftOut, numberRange, orList, protocolName } from './numbers.js';

const ADDRESS_FIELDS: Readonly<Partial<Record<Field, string>>> = {
  src: 'comes from',
  dst: 'goes to',
  ctorigsrc: 'belongs to a connection first sent by',
  ctorigdst: 'belongs to a connection first sent to',
  ctreplsrc: 'belongs to a connection answered by',
  ctrepldst: 'belongs to a connection whose answers go to',
};

const NUMBER_FIELDS: Readonly<Partial<Record<Field, string>>> = {
  sport: 'is sent from port',
  dport: 'is sent to port',
  mark: 'carries the mark',
  connmark: 'belongs to a connection with the mark',
  length: 'is, in bytes, of length',
  ttl: 'has the TTL or hop limit',
  tos: 'has the TOS byte',
  fragment: 'is a fragment with the flag',
  tcpOption: 'carries the TCP option',
  icmpType: 'is an ICMP message of type',
  icmpCode: 'has the ICMP code',
  srcMac: 'was sent by the link-layer address',
  ctdir: 'travels in the direction (0: of the connection, 1: of its answers)',
  ctproto: 'belongs to a connection of the protocol',
  ctexpire: 'belongs to a connection that expires, in seconds, in',
  ctorigsrcport: 'belongs to a connection first sent from port',
  ctorigdstport: 'belongs to a connection first sent to port',
  ctreplsrcport: 'belongs to a connection answered from port',
  ctrepldstport: 'belongs to a connection whose answers go to port',
};

const MOST_ADDRESS = { 4: 0xffffffff, 6: (1n << 128n) - 1n } as const;

function bits(mask: Ip, names: Readonly<Record<string, number>>): string[] {
  return Object.entries(names)
    .filter(([, bit]) => bit !== 0 && (Number(mask) & bit) !== 0)
    .map(([name]) => name);
}

/** Values said by themselves, or by those that are left out where that is shorter. */
function listed(ranges: readonly Range[], most: Ip, say: (range: Range) => string): string {
  const gaps = leftOut(ranges, most);
  const inverse = gaps.length === 1 && (ranges.length > 1 || ranges[0]?.[0] !== ranges[0]?.[1]) && gaps[0]?.[0] === gaps[0]?.[1];
  return inverse || gaps.length < ranges.length ? `anything but ${orList(gaps.map(say), 'and')}` : orList(ranges.map(say));
}

function inWords(field: Field, ranges: readonly Range[]): string {
  const first = ranges[0]?.[0];
  if (field === 'proto') return `is ${listed(ranges, 255, ([lo, hi]) => (lo === hi ? protocolName(Number(lo)) : numberRange([lo, hi])))}`;
  if (field === 'ctstate') return `is ${stateNames(first ?? 0)}`;
  if (field === 'ctstatus') return 'belongs to a connection without any status';
  if (field === 'pkttype')
    return `was addressed as ${orList(bits(1, {}).concat(Object.entries(PKTTYPE).flatMap(([name, value]) => (ranges.some(([lo, hi]) => value >= lo && value <= hi) ? [name] : []))))}`;
  const address = ADDRESS_FIELDS[field];
  if (address !== undefined) return `${address} ${listed(ranges, MOST_ADDRESS[familyOf(first ?? 0)], addressRange)}`;
  return `${NUMBER_FIELDS[field] ?? field} ${listed(ranges, field === 'sport' || field === 'dport' ? 65535 : 0xffffffff, numberRange)}`;
}

const STATES: Readonly<Record<string, string>> = {
  INVALID: 'INVALID (part of no connection that could be followed)',
  ESTABLISHED: 'ESTABLISHED (of a connection that was answered already)',
  RELATED: 'RELATED (of a new connection that an existing one announced, or an ICMP error about one)',
  NEW: 'NEW (the first of a connection)',
  UNTRACKED: 'UNTRACKED (left out of connection tracking by a rule)',
  SNAT: 'SNAT (of a connection whose source was rewritten)',
  DNAT: 'DNAT (of a connection whose destination was rewritten)',
};

function stateNames(mask: Ip): string {
  return orList(bits(mask, CT_STATE).map((name) => STATES[name] ?? name));
}

function maskedWords(field: Field, mask: Ip, value: Ip): string {
  if (field === 'tcpFlags') {
    const [looked, set] = [bits(mask, TCP_FLAG), bits(value, TCP_FLAG)];
    const clear = looked.filter((name) => !set.includes(name));
    return `has ${set.length === 0 ? 'none' : orList(set, 'and')} set${clear.length === 0 ? '' : ` and ${orList(clear, 'and')} clear`} among its TCP flags`;
  }
  if (field === 'src' || field === 'dst') return `${ADDRESS_FIELDS[field]} an address whose bits ${hex(mask)} are ${hex(value)}`;
  return `${NUMBER_FIELDS[field] ?? field} ${hex(value)} in the bits ${hex(mask)}`;
}

function hex(value: Ip): string {
  return `0x${value.toString(16)}`;
}

const DEVICE = {
  in: 'comes in by',
  out: 'leaves by',
  physin: 'came into the bridge by its port',
  physout: 'leaves the bridge by its port',
} as const;

/** Either direction will do: what a look at a connection asks first (nft_ct_get_eval). */
function isTracked({ field, ranges: [only, ...more] }: Extract<Predicate, { op: 'in' }>): boolean {
  return field === 'ctdir' && more.length === 0 && only?.[0] === 0 && only[1] === 1;
}

/** @returns what a condition asks of a packet, to stand behind "a packet that …". */
export function conditionWords(p: Predicate): string {
  switch (p.op) {
    case 'const':
      return p.value ? 'is any packet' : 'is no packet at all: nothing can meet this';
    case 'and':
      return orList(p.of.map(conditionWords), 'and');
    case 'or':
      return `either ${orList(p.of.map(conditionWords))}`;
    case 'not':
      return negatedWords(p.of);
    case 'in':
      return isTracked(p) ? 'belongs to a connection' : inWords(p.field, p.ranges);
    case 'masked':
      return maskedWords(p.field, p.mask, p.value);
    case 'anybit':
      return p.field === 'ctstate' ? `is ${stateNames(p.mask)}` : `belongs to a connection that is ${orList(bits(p.mask, CT_STATUS))}`;
    case 'iface':
      return `${DEVICE[p.which]} ${p.prefix ? `an interface whose name begins with ${p.name === '' ? 'anything' : p.name}` : p.name === '' ? 'no interface' : p.name}`;
    case 'devgroup':
      return `${DEVICE[p.which]} an interface of the group ${p.group}`;
    case 'physdev':
      return {
        in: 'came in by a port of a bridge',
        out: 'leaves by a port of a bridge',
        bridged: 'passes from one port of a bridge to another',
      }[p.is];
    case 'addrtype':
      return addrtypeWords(p);
    case 'set':
      return `has its ${orList(
        p.dims.map((dim) => (dim === 'src' ? 'source' : 'destination')),
        'and',
      )} in the set ${p.set}`;
    case 'rpfilter':
      return `came by an interface ${p.loose ? 'of a host that has any route back to its source' : 'that the route back to its source leads out of'}`;
    case 'socket':
      return 'is for a socket that is open on this machine';
    case 'owned':
      return 'was sent by a socket of this machine, whose owner is known';
    case 'bytes':
      return `holds the bytes asked for (${p.detail})`;
    case 'lookup':
      return p.set.name === '' ? 'has values that the rule names' : `has its values in the set ${p.set.name}`;
    case 'unknown':
      return `depends on what no snapshot tells: ${p.question.detail}`;
  }
}

function negatedWords(p: Predicate): string {
  if (p.op === 'iface') return conditionWords(p).replace(/^(comes in|leaves) by /, '$1 by any interface but ');
  return `is none of those a packet is that ${conditionWords(p)}`;
}

const TYPES: Readonly<Record<string, string>> = {
  LOCAL: "one of this machine's own addresses (LOCAL)",
  UNICAST: 'an address of another machine (UNICAST)',
  BROADCAST: 'a broadcast address',
  MULTICAST: 'a multicast address',
};

function addrtypeWords(p: Extract<Predicate, { op: 'addrtype' }>): string {
  const where = p.limit === undefined ? '' : ` on the very interface it ${p.limit === 'in' ? 'came in by' : 'leaves by'}`;
  return `${p.field === 'src' ? 'comes from' : 'goes to'} ${orList(p.types.map((type) => TYPES[type] ?? `an address of type ${type}`))}${where}`;
}

import type { Ip } from '../../address/ip.js';
import type { Range } from '../../address/ranges.js';
import type { KeyedSet } from '../sets/keyed-set.js';
import type { Term } from '../term.js';
import type { Field } from './field.js';
import type { OracleQuery } from './question.js';

/** Bits of `ctstate`, as xt_conntrack numbers the states; SNAT and DNAT are states there too. */
export const CT_STATE = { INVALID: 1, ESTABLISHED: 2, RELATED: 4, NEW: 8, UNTRACKED: 16, SNAT: 32, DNAT: 64 } as const;

/** Bits of `ctstatus` (enum ip_conntrack_status). */
export const CT_STATUS = { NONE: 0, EXPECTED: 1, SEEN_REPLY: 2, ASSURED: 4, CONFIRMED: 8 } as const;

/** Bits of `nftstate` (NF_CT_STATE_BIT). */
export const NFT_STATE = { INVALID: 1, ESTABLISHED: 2, RELATED: 4, NEW: 8, UNTRACKED: 64 } as const;

/** Values of `pkttype` (if_packet.h). */
export const PKTTYPE = { host: 0, broadcast: 1, multicast: 2, otherhost: 3 } as const;

/** Address types of xt_addrtype, by the man page's names. */
export type AddrType =
  'UNSPEC' | 'UNICAST' | 'LOCAL' | 'BROADCAST' | 'ANYCAST' | 'MULTICAST' | 'BLACKHOLE' | 'UNREACHABLE' | 'PROHIBIT' | 'THROW';

/**
 * A match as data: one description that the single-packet walk evaluates (true, false, unknown) and that packet sets
 * intersect. `not` of unknown is unknown.
 */
export type Predicate =
  | { readonly op: 'const'; readonly value: boolean }
  | { readonly op: 'not'; readonly of: Predicate }
  | { readonly op: 'and' | 'or'; readonly of: readonly Predicate[] }
  /** The field's value lies in one of the ranges. */
  | { readonly op: 'in'; readonly field: Field; readonly ranges: readonly Range[] }
  /** `(field & mask) == value`. */
  | { readonly op: 'masked'; readonly field: Field; readonly mask: Ip; readonly value: Ip }
  /** `(field & mask) != 0`: state and status words. */
  | { readonly op: 'anybit'; readonly field: Field; readonly mask: number }
  /** Interface name; `prefix` for a trailing `+`. An absent interface has the empty name (ip_packet_match). */
  | { readonly op: 'iface'; readonly which: 'in' | 'out' | 'physin' | 'physout'; readonly name: string; readonly prefix: boolean }
  /** xt_devgroup: the group of the interface, as `ip link` prints it or as a number; of no interface, no group. */
  | { readonly op: 'devgroup'; readonly which: 'in' | 'out'; readonly group: string; readonly mask: number }
  /** physdev's `--physdev-is-in`, `-is-out`, `-is-bridged`. */
  | { readonly op: 'physdev'; readonly is: 'in' | 'out' | 'bridged' }
  /** xt_addrtype: the FIB's type of an address, `limit` naming the interface it must be on. */
  | { readonly op: 'addrtype'; readonly field: 'src' | 'dst'; readonly types: readonly AddrType[]; readonly limit?: 'in' | 'out' }
  /** xt_set: membership by the dimensions named, in order. */
  | { readonly op: 'set'; readonly set: string; readonly dims: readonly ('src' | 'dst')[]; readonly returnNomatch: boolean }
  /** xt_rpfilter. */
  | { readonly op: 'rpfilter'; readonly loose: boolean; readonly validmark: boolean; readonly acceptLocal: boolean }
  /** xt_socket: an open socket takes the packet. */
  | { readonly op: 'socket'; readonly transparent: boolean; readonly nowildcard: boolean }
  /** xt_owner's `--socket-exists`: a socket of this namespace sends the packet. */
  | { readonly op: 'owned' }
  /** Looks into the bytes of the packet (u32, string, bpf): true, false or undefined where bytes are not known. */
  | { readonly op: 'bytes'; readonly test: (known: KnownBytes) => boolean | undefined; readonly detail: string }
  /** nft_lookup, nft_cmp: the values, in order, make a key of the set. A value that the packet has not makes it false. */
  | { readonly op: 'lookup'; readonly key: readonly Term[]; readonly set: KeyedSet }
  | { readonly op: 'unknown'; readonly question: OracleQuery };

/** The packet from its network header on; `known[i]` is 0 where the snapshot does not tell the byte (id, checksum, ISN …). */
export interface KnownBytes {
  readonly bytes: Uint8Array;
  readonly known: Uint8Array;
}

export const TRUE: Predicate = { op: 'const', value: true };

export const FALSE: Predicate = { op: 'const', value: false };

/** @returns the conjunction, flattened where it is trivial. */
export function allOf(...of: readonly Predicate[]): Predicate {
  const real = of.filter((p) => !(p.op === 'const' && p.value));
  return real.length === 1 ? real[0]! : real.length === 0 ? TRUE : { op: 'and', of: real };
}

/** @returns the disjunction. */
export function anyOf(...of: readonly Predicate[]): Predicate {
  return of.length === 1 ? of[0]! : of.length === 0 ? FALSE : { op: 'or', of };
}

/** @returns `p`, or its negation where the option carried `!`. */
export function negateIf(negated: boolean, p: Predicate): Predicate {
  return negated ? { op: 'not', of: p } : p;
}

/** @returns a condition on one value. */
export function equals(field: Field, value: Ip): Predicate {
  return { op: 'in', field, ranges: [[value, value]] };
}

/** @returns a condition on one closed range. */
export function between(field: Field, lo: Ip, hi: Ip): Predicate {
  return { op: 'in', field, ranges: [[lo, hi]] };
}

import type { Ip } from '../address/ip.js';
import type { BinaryOperator, FibFlag } from '../model/nftables/expression.js';
import type { Field } from './predicate/field.js';
import type { OracleQuery } from './predicate/question.js';
import type { KeyedSet } from './sets/keyed-set.js';

export type { BinaryOperator, FibFlag };

/** A number, an address or an interface's name. */
export type Value = Ip | string;

/** From where bits of a packet are counted: the link-layer, network or transport header, or what follows that. */
export type BitBase = 'll' | 'nh' | 'th' | 'ih';

/** A value that a rule takes from a packet, computes or looks up. What the packet has not ends the rule (NFT_BREAK). */
export type Term =
  | { readonly op: 'const'; readonly value: Value }
  | { readonly op: 'field'; readonly field: Field }
  /** The device's name; empty where there is none. `ibr`, `obr`: of the bridge that the device is a port of. */
  | { readonly op: 'ifname'; readonly which: 'in' | 'out' | 'ibr' | 'obr' }
  | { readonly op: 'binary'; readonly by: BinaryOperator; readonly left: Term; readonly right: Term }
  /** Raw bits, most significant first; offset and length in bits. */
  | { readonly op: 'bits'; readonly base: BitBase; readonly offset: number; readonly length: number; readonly detail: string }
  /** What the key's entry in a map holds. */
  | { readonly op: 'map'; readonly key: readonly Term[]; readonly map: KeyedSet }
  /** nft_fib: what a route look-up says. */
  | { readonly op: 'fib'; readonly result: 'oif' | 'oifname' | 'type' | 'check'; readonly flags: readonly FibFlag[] }
  /** The address of the next hop (nft_rt). */
  | { readonly op: 'nexthop' }
  /** A number of `offset` … `offset + mod - 1` that nobody can foretell (numgen, hashes). */
  | { readonly op: 'draw'; readonly mod: number; readonly offset: number; readonly question: OracleQuery }
  | { readonly op: 'unknown'; readonly question: OracleQuery };

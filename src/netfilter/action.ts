import type { Ip } from '../address/ip.js';
import type { Predicate } from './predicate/predicate.js';
import type { OracleQuery } from './predicate/question.js';
import type { KeyedSet } from './sets/keyed-set.js';
import type { Term } from './term.js';
import type { VerdictAction } from './verdict-action.js';

/** The direction of a connection for which its zone holds; in the other it is in zone 0 (struct nf_conntrack_zone). */
export type ZoneDirection = 'both' | 'orig' | 'reply';

/** A zone as a CT target names it; `mark` is the mark that the packet has when conntrack looks it up. */
export interface ZoneTemplate {
  readonly id: number | 'mark';
  readonly dir: ZoneDirection;
}

/** A set, and which end of the packet each of its dimensions looks at. */
export interface DimensionedSet {
  readonly set: string;
  readonly dims: readonly ('src' | 'dst')[];
}

/** `--reject-with`, by ip(6)tables' names. */
export type RejectWith =
  | 'icmp-net-unreachable'
  | 'icmp-host-unreachable'
  | 'icmp-port-unreachable'
  | 'icmp-proto-unreachable'
  | 'icmp-net-prohibited'
  | 'icmp-host-prohibited'
  | 'icmp-admin-prohibited'
  | 'tcp-reset'
  | 'icmp6-no-route'
  | 'icmp6-adm-prohibited'
  | 'icmp6-addr-unreachable'
  | 'icmp6-port-unreachable'
  | 'icmp6-policy-fail'
  | 'icmp6-reject-route';

/** nf_nat_range2: what an address or port may become. */
export interface NatRange {
  readonly minIp?: Ip;
  readonly maxIp?: Ip;
  readonly minPort?: number;
  readonly maxPort?: number;
  /** `--to-destination :8000-8010/9000`: port base of a shifted range. */
  readonly basePort?: number;
  readonly random: boolean;
  readonly persistent: boolean;
}

/** What a statement may write (nft_meta_set, nft_ct_set, nft_payload_set). */
export type Writable = 'mark' | 'connmark' | 'ttl' | 'tos' | 'src' | 'dst' | 'sport' | 'dport' | 'pkttype' | 'srcMac' | 'dstMac' | 'zone';

/** A step of a rule that does more than to ask first and act then. */
export type RuleStep =
  | { readonly step: 'when'; readonly predicate: Predicate }
  /** The last one may end the rule's chain; the others let the rule go on. Packets that are not of `only` these pass it by. */
  | { readonly step: 'do'; readonly action: Action; readonly only?: Only };

/** Packets that a step of a rule is for: of one family, or of protocols with ports or without. */
export type Only = 4 | 6 | 'ports' | 'no ports';

/** An address or port that a translation takes from the packet or from a map. */
export interface NatTerms {
  readonly type: 'snat' | 'dnat' | 'masquerade' | 'redirect';
  /** Its value may be an address, a range, or an address with a port. */
  readonly addr?: Term;
  readonly port?: Term;
  /** Host bits of the packet's own address are kept, those of the value's network taken (NF_NAT_RANGE_NETMAP). */
  readonly netmap: boolean;
  readonly random: boolean;
  readonly persistent: boolean;
}

/** What a target does. `continue` lets the packet go on to the next rule. */
export type Action =
  | VerdictAction
  /** `with6` is for IPv6, where one rule is for both families. */
  | { readonly kind: 'reject'; readonly with: RejectWith; readonly with6?: RejectWith }
  | { readonly kind: 'nat'; readonly manip: 'src' | 'dst'; readonly range: NatRange }
  | { readonly kind: 'masquerade'; readonly range: NatRange }
  | { readonly kind: 'redirect'; readonly range: NatRange }
  | { readonly kind: 'netmap'; readonly addr: Ip; readonly mask: Ip }
  /** `mark = (mark & ~mask) ^ value`; then goes on. */
  | { readonly kind: 'mark'; readonly mask: number; readonly value: number }
  | {
      readonly kind: 'connmark';
      readonly op: 'set' | 'save' | 'restore';
      readonly value: number;
      readonly ctmask: number;
      readonly nfmask: number;
    }
  /** xt_CT. */
  | {
      readonly kind: 'ct';
      readonly notrack: boolean;
      readonly zone?: ZoneTemplate;
      readonly helper?: string;
    }
  | { readonly kind: 'ttl'; readonly op: 'set' | 'inc' | 'dec'; readonly value: number }
  /** `tos = (tos & ~mask) ^ value`. */
  | { readonly kind: 'tos'; readonly mask: number; readonly value: number }
  /** Steps in order; a condition that fails ends the rule, and what was done before it stays done. */
  | { readonly kind: 'sequence'; readonly of: readonly RuleStep[] }
  /** `KEY vmap @map`: the verdict that the key's entry holds; no entry ends the rule. */
  | { readonly kind: 'vmap'; readonly key: readonly Term[]; readonly map: KeyedSet }
  | ({ readonly kind: 'nat-by' } & NatTerms)
  /** A value that cannot be had ends the rule. */
  | { readonly kind: 'write'; readonly to: Writable; readonly value: Term }
  | { readonly kind: 'notrack' }
  /** nft_dynset: adds the packet's entry to a set, or takes it out. */
  | {
      readonly kind: 'update';
      readonly op: 'add' | 'update' | 'delete';
      readonly key: readonly Term[];
      readonly set: KeyedSet;
      readonly data?: readonly Term[];
    }
  /** nft_tproxy: unlike the target it goes on, and without a socket to give the packet to it ends the rule. */
  | { readonly kind: 'tproxy-to'; readonly addr?: Term; readonly port?: Term }
  /** nft_fwd_netdev_eval: the frame leaves by another device as it is, and is seen here no more; no device where the listing does not tell which. */
  | { readonly kind: 'fwd'; readonly dev?: string }
  /** nft_flow_offload: ends the rule for packets that open a connection. */
  | { readonly kind: 'flow' }
  | { readonly kind: 'tproxy'; readonly ip?: Ip; readonly port: number; readonly mark: number; readonly mask: number }
  | ({ readonly kind: 'set'; readonly op: 'add' | 'del' } & DimensionedSet)
  /** `SET --map-set --map-mark`: the entry's mark becomes the packet's. */
  | ({ readonly kind: 'map-mark' } & DimensionedSet)
  /**
   * Hands the packet to user space or to something not modelled: the question says what it would take to go on. `later`: it is not lost by the
   * rule, but by whatever meets it next.
   */
  | { readonly kind: 'unknown'; readonly question: OracleQuery; readonly later?: true };

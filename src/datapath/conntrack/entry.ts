import type { NetnsName } from '../../model/netns.js';
import type { Ip } from '../../address/ip.js';
import type { ZoneDirection } from '../../netfilter/index.js';
import type { TcpState } from './tcp-state.js';

/** nf_conntrack_tuple. ICMP echoes carry their id as both ports, so that request and reply invert to one another. */
export interface Tuple {
  readonly proto: number;
  readonly src: Ip;
  readonly dst: Ip;
  readonly sport: number;
  readonly dport: number;
}

export type CtInfo = 'NEW' | 'ESTABLISHED' | 'RELATED';

/** nf_conntrack_zone: a part of the conntrack table. */
export interface Zone {
  readonly id: number;
  readonly dir: ZoneDirection;
}

/** nf_conn: one connection in one namespace and zone. */
export interface Connection {
  readonly netns: NetnsName;
  readonly zone: Zone;
  readonly original: Tuple;
  /** What the answer will look like; NAT rewrites it. */
  reply: Tuple;
  /** IPS_SRC_NAT, IPS_DST_NAT: the translation differs from what was. */
  srcNat: boolean;
  dstNat: boolean;
  /** IPS_SRC_NAT_DONE, IPS_DST_NAT_DONE: `nat` was asked. */
  srcNatDone: boolean;
  dstNatDone: boolean;
  seenReply: boolean;
  confirmed: boolean;
  /** How far its stream has come; NONE of other protocols. */
  tcp: TcpState;
  mark: number;
}

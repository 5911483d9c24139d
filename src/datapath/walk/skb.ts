import type { Ip } from '../../address/ip.js';
import type { NetnsName } from '../../model/netns.js';
import type { Packet } from '../../model/packet.js';
import type { PacketView } from '../../model/sighting.js';
import type { Connection, CtInfo, Tuple } from '../conntrack/entry.js';
import type { ZoneTemplate } from '../../netfilter/index.js';
import type { RouteResult } from '../fib/result.js';

/** What a packet's addresses were when they were put into words, and the words. */
export interface ShownPacket {
  readonly src: Ip;
  readonly dst: Ip;
  readonly sport: number;
  readonly dport: number;
  readonly view: PacketView;
}

/** Who opened a socket, where that is known: one of these. */
export interface Opener {
  readonly uids?: readonly number[];
  readonly gids?: readonly number[];
}

/** The socket that a packet is sent by (skb->sk). */
export interface SendingSocket extends Opener {
  readonly netns: NetnsName;
}

/** A packet on its way, with what the kernel keeps beside it in `struct sk_buff`. */
export interface Skb {
  readonly packet: Packet;
  /** The conntrack entry, cleared on changing namespace (nf_reset_ct). */
  ct: { readonly connection: Connection; readonly reply: boolean; readonly info: CtInfo } | undefined;
  /** IP_CT_UNTRACKED, set by `CT --notrack`. */
  untracked: boolean;
  /** The template that a CT target attached: the zone in which conntrack will look the packet up. */
  template: ZoneTemplate | undefined;
  /** skb_dst: kept over loopback, dropped elsewhere. */
  dst: RouteResult | undefined;
  /** VLAN tag of the frame (skb->vlan_tci). */
  vlan: number | undefined;
  /** nf_bridge->physindev and physoutdev. */
  physin: string;
  physout: string;
  /** The packet this ICMP error speaks of, as it stands at this point of the way. */
  related: Tuple | undefined;
  /** What its addresses were when a socket of this namespace was found for it, before rules of INPUT rewrote them (skb->sk of early demux). */
  demuxed: Tuple | undefined;
  /** TPROXY's choice of socket. */
  tproxy: { readonly ip: Ip; readonly port: number } | undefined;
  /** Which connection of the trace, counted from 0, and whether this is its answer. */
  readonly leg: number;
  readonly reply: boolean;
  /** Devices crossed so far: ends loops that TTL does not. */
  hops: number;
  /** How often rules of devices handed the frame on since it last crossed a link. */
  handed: number;
  /** The packet's addresses as they were last put into words. */
  shown: ShownPacket | undefined;
  /** The socket that sent it, while it is still in that socket's namespace. */
  socket: SendingSocket | undefined;
}

/** @returns a fresh skb around a packet, as a socket hands it to the network layer. */
export function newSkb(packet: Packet, leg: number, reply: boolean, socket?: SendingSocket): Skb {
  return {
    packet,
    ct: undefined,
    untracked: false,
    template: undefined,
    dst: undefined,
    vlan: undefined,
    physin: '',
    physout: '',
    related: undefined,
    demuxed: undefined,
    tproxy: undefined,
    leg,
    reply,
    hops: 0,
    handed: 0,
    shown: undefined,
    socket,
  };
}

/** skb_scrub_packet: what a packet loses at a device pair; the mark only where the namespace changes. */
export function scrub(skb: Skb, crossesNetns: boolean): void {
  skb.ct = undefined;
  skb.untracked = false;
  skb.template = undefined;
  skb.dst = undefined;
  skb.physin = '';
  skb.physout = '';
  skb.demuxed = undefined;
  skb.tproxy = undefined;
  skb.socket = undefined;
  if (crossesNetns) skb.packet.mark = 0;
}

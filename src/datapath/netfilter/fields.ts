import type { Ip } from '../../address/ip.js';
import { PROTO, type Packet } from '../../model/packet.js';
import type { NetInterface } from '../../model/link.js';
import { hasFrame, type MatchContext } from './context.js';
import { CT_STATE, CT_STATUS, NFT_STATE, PKTTYPE, type Field, type Only } from '../../netfilter/index.js';

type Getter = (context: MatchContext) => Ip | undefined;

/** Whether a protocol's header begins with two ports. */
export function isPorted(proto: number): boolean {
  return proto === PROTO.TCP || proto === PROTO.UDP || proto === PROTO.SCTP || proto === PROTO.DCCP || proto === PROTO.UDPLITE;
}

/** @returns whether a step of a rule is for a packet. */
export function isFor(only: Only | undefined, { family, proto }: Packet): boolean {
  if (only === undefined || only === family) return true;
  return typeof only === 'string' && isPorted(proto) === (only === 'ports');
}

const ctinfo = { NEW: CT_STATE.NEW, ESTABLISHED: CT_STATE.ESTABLISHED, RELATED: CT_STATE.RELATED } as const;

/** xt_conntrack's state word: no entry is INVALID, or UNTRACKED where a rule said so, a template that CT attached is NEW; NAT adds its bits. */
export function ctState({ skb }: MatchContext): number {
  if (skb.ct === undefined && skb.template !== undefined) return CT_STATE.NEW;
  if (skb.ct === undefined) return skb.untracked ? CT_STATE.UNTRACKED : CT_STATE.INVALID;
  const { connection, info } = skb.ct;
  return ctinfo[info] | (connection.srcNat ? CT_STATE.SNAT : 0) | (connection.dstNat ? CT_STATE.DNAT : 0);
}

function ctStatus({ skb }: MatchContext): number | undefined {
  const connection = skb.ct?.connection;
  // a template is confirmed (xt_ct_tg_check)
  if (connection === undefined) return skb.template === undefined ? undefined : CT_STATUS.CONFIRMED;
  return (connection.seenReply ? CT_STATUS.SEEN_REPLY : 0) | (connection.confirmed ? CT_STATUS.CONFIRMED : 0);
}

function ctTuple(side: 'original' | 'reply', key: 'src' | 'dst' | 'sport' | 'dport'): Getter {
  return ({ skb }) => skb.ct?.connection[side][key];
}

/** include/uapi/linux/netfilter.h. */
const NFPROTO = { ipv4: 2, ipv6: 10 } as const;
/** include/uapi/linux/if_ether.h. */
export const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100 } as const;
/** include/uapi/linux/if_arp.h. */
const ARPHRD = { ether: 1, loopback: 772 } as const;

/** ETH_HLEN. */
const ETHERNET_HEADER = 14;

/** Whether the packet's frame has addresses: those of the loopback device are zeros. */
function hasAddresses(context: MatchContext): boolean {
  return hasFrame(context) && context.in !== 'lo';
}

/** ct state of nftables (nft_ct_get_eval): exactly one bit; of a template the state alone can be asked. */
function nftState({ skb }: MatchContext): number {
  if (skb.ct !== undefined) return NFT_STATE[skb.ct.info];
  if (skb.template !== undefined) return NFT_STATE.NEW;
  return skb.untracked ? NFT_STATE.UNTRACKED : NFT_STATE.INVALID;
}

/** ct->status (enum ip_conntrack_status), as far as a first packet and its answer come. */
function nftStatus({ skb }: MatchContext): number | undefined {
  const connection = skb.ct?.connection;
  if (connection === undefined) return undefined;
  const bits = [
    connection.seenReply,
    false,
    connection.confirmed,
    connection.srcNat,
    connection.dstNat,
    false,
    connection.srcNatDone,
    connection.dstNatDone,
  ];
  return bits.reduce((all, bit, i) => (bit ? all | (2 << i) : all), 0);
}

function hardwareType(iface: NetInterface | undefined): number | undefined {
  if (iface === undefined) return undefined;
  return iface.detail.kind === 'loopback' ? ARPHRD.loopback : ARPHRD.ether;
}

const mac = (text: string | undefined): bigint | undefined => (text === undefined ? undefined : BigInt(`0x${text.replaceAll(':', '')}`));

const GETTERS: Readonly<Record<Field, Getter>> = {
  src: ({ skb }) => skb.packet.src,
  dst: ({ skb }) => skb.packet.dst,
  proto: ({ skb }) => skb.packet.proto,
  sport: ({ skb }) => (isPorted(skb.packet.proto) ? skb.packet.sport : undefined),
  dport: ({ skb }) => (isPorted(skb.packet.proto) ? skb.packet.dport : undefined),
  icmpType: ({ skb }) => (skb.packet.icmpType < 0 ? undefined : skb.packet.icmpType),
  icmpCode: ({ skb }) => (skb.packet.icmpType < 0 ? undefined : skb.packet.icmpCode),
  tcpFlags: ({ skb }) => (skb.packet.proto === PROTO.TCP ? skb.packet.tcpFlags : undefined),
  // a packet has several: they are looked for, not got
  tcpOption: () => undefined,
  mark: ({ skb }) => skb.packet.mark,
  // nf_ct_get gives the template that CT attached as well, whose mark nothing sets
  connmark: ({ skb }) => skb.ct?.connection.mark ?? (skb.template === undefined ? undefined : 0),
  // skb->len: of a frame that leaves by a device, its header included
  length: ({ skb, hook }) => skb.packet.length + (hook === 'EGRESS' ? ETHERNET_HEADER : 0),
  ttl: ({ skb }) => skb.packet.ttl,
  tos: ({ skb }) => skb.packet.tos,
  fragment: () => 0,
  pkttype: ({ skb, in: dev }) => (dev === 'lo' ? PKTTYPE.host : PKTTYPE[skb.packet.pkttype]),
  srcMac: (context) => (hasAddresses(context) ? mac(context.skb.packet.srcMac) : undefined),
  ctstate: ctState,
  ctstatus: ctStatus,
  ctdir: ({ skb }) => (skb.ct === undefined ? undefined : skb.ct.reply ? 1 : 0),
  ctproto: ({ skb }) => skb.ct?.connection.original.proto,
  ctexpire: () => undefined,
  ctorigsrc: ctTuple('original', 'src'),
  ctorigdst: ctTuple('original', 'dst'),
  ctreplsrc: ctTuple('reply', 'src'),
  ctrepldst: ctTuple('reply', 'dst'),
  ctorigsrcport: ctTuple('original', 'sport'),
  ctorigdstport: ctTuple('original', 'dport'),
  ctreplsrcport: ctTuple('reply', 'sport'),
  ctrepldstport: ctTuple('reply', 'dport'),
  family: ({ skb }) => skb.packet.family,
  dstMac: (context) => (hasAddresses(context) ? mac(context.skb.packet.dstMac) : undefined),
  // of the device that the packet is at (skb->dev): at POSTROUTING that it leaves by, likewise of frames that come in by none
  iiftype: ({ ns, in: dev, out, hook, frame }) =>
    hardwareType(ns.interfaces.get(hook === 'POSTROUTING' || (frame === true && dev === '') ? out : dev)),
  ethertype: ({ skb }) => (skb.packet.family === 4 ? ETHERTYPE.ipv4 : ETHERTYPE.ipv6),
  oiftype: ({ ns, out: dev }) => hardwareType(ns.interfaces.get(dev)),
  nftstate: nftState,
  nftstatus: nftStatus,
  ctzone: ({ skb }) => skb.ct?.connection.zone.id,
  ctfamily: ({ skb }) => (skb.packet.family === 4 ? NFPROTO.ipv4 : NFPROTO.ipv6),
};

/** @returns how to read a field; undefined from the getter means that the packet has no such field. */
export function getterOf(field: Field): Getter {
  return GETTERS[field];
}

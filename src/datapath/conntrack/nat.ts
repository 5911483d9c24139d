import { type Ip, familyOf } from '../../address/ip.js';
import type { HookName } from '../../model/netfilter.js';
import { PROTO, type Packet } from '../../model/packet.js';
import type { NatRange } from '../../netfilter/index.js';
import type { PortBox } from '../cache/port-box.js';
import type { Connection, Tuple } from './entry.js';
import { invert } from './conntrack.js';
import { selectIpv4, selectIpv6 } from '../fib/source-address.js';
import { chooseAddress } from './nat-choice.js';
import type { TrackingAction } from '../netfilter/table.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';

export type Manip = 'src' | 'dst';

/** HOOK2MANIP: what NAT changes at a hook. */
export function manipOf(hook: HookName): Manip {
  return hook === 'POSTROUTING' || hook === 'INPUT' ? 'src' : 'dst';
}

const PLAIN = { random: false, persistent: false } as const;

/** nf_nat_masquerade_ipv4, nf_nat_masquerade_ipv6: the address of the device that the packet leaves by. */
function masqueradeAddress(walk: Walk, ns: NetnsState, skb: Skb, out: string): Ip | undefined {
  const { dst } = skb.packet;
  if (typeof dst === 'bigint') return selectIpv6(walk, ns, out, dst);
  const via = skb.dst !== undefined && skb.dst.kind !== 'error' ? skb.dst.via : undefined;
  return selectIpv4(walk, ns, out, typeof via === 'number' ? via : dst, 0);
}

/** nf_nat_redirect_ipv4, nf_nat_redirect_ipv6: loopback for packets made here, else the input device's first address. */
function redirectAddress(ns: NetnsState, skb: Skb, hook: HookName, dev: string): Ip | undefined {
  const { family } = skb.packet;
  if (hook === 'OUTPUT') return family === 4 ? 0x7f000001 : 1n;
  const linkLocal = (ip: Ip): boolean => typeof ip === 'bigint' && ip >> 118n === 0x3fan;
  const own = (ns.interfaces.get(dev)?.addresses ?? []).filter((a) => familyOf(a.ip) === family && !a.flags.includes('tentative'));
  // nf_nat_redirect_ipv6_usable: only a link-local destination needs an address of its own scope
  const any = linkLocal(skb.packet.dst) ? undefined : own[0];
  return (own.find((a) => linkLocal(a.ip) === linkLocal(skb.packet.dst)) ?? any)?.ip;
}

function single(ip: Ip | undefined, range: NatRange): NatRange | undefined {
  if (ip === undefined) return undefined;
  if (range.minPort !== undefined) return { ...range, minIp: ip, maxIp: ip };
  return { random: range.random, persistent: range.persistent, minIp: ip, maxIp: ip };
}

/** @returns the range an action asks for at this hook, or undefined where there is no address to be had (NF_DROP). */
function rangeOf(walk: Walk, action: TrackingAction, ns: NetnsState, skb: Skb, hook: HookName, dev: string): NatRange | undefined {
  switch (action.kind) {
    case 'nat':
      return action.range;
    case 'masquerade':
      return single(masqueradeAddress(walk, ns, skb, dev), action.range);
    case 'redirect':
      return single(redirectAddress(ns, skb, hook, dev), action.range);
    case 'netmap': {
      const old = manipOf(hook) === 'src' ? skb.packet.src : skb.packet.dst;
      const host = typeof old === 'number' ? (old & ~Number(action.mask)) >>> 0 : old & ~BigInt(action.mask);
      const ip = typeof host === 'number' ? (host | Number(action.addr)) >>> 0 : host | BigInt(action.addr);
      return { ...PLAIN, minIp: ip, maxIp: ip };
    }
    case 'ct':
    case 'tproxy':
      return undefined;
  }
}

/** nf_nat_l4proto_unique_tuple: the port of a connection, kept where it may be. */
function choosePort(range: NatRange, port: number, manip: Manip, { oracle, ports }: Walk): number {
  const { minPort: min, maxPort: max, basePort } = range;
  if (min === undefined || max === undefined) return port;
  if (basePort !== undefined) ports?.refuse();
  ports?.compared(port, min, max);
  if (basePort !== undefined) return min + (((port - basePort) & 0xffff) % (max - min + 1));
  if (min === max) ports?.introduced(min);
  if (min === max || (port >= min && port <= max && !range.random)) return min === max ? min : port;
  const low = oracle.ask({
    category: 'nat-range',
    yes: 'first',
    no: 'last',
    usual: true,
    detail: `the ${manip === 'dst' ? 'destination' : 'source'} port is drawn at random from ${min}-${max}`,
  });
  return low ? min : max;
}

function withPart(tuple: Tuple, manip: Manip, ip: Ip, port: number): Tuple {
  if (manip === 'src') return { ...tuple, src: ip, sport: tuple.proto === PROTO.ICMP || tuple.proto === PROTO.ICMPV6 ? tuple.sport : port };
  return { ...tuple, dst: ip, dport: tuple.proto === PROTO.ICMP || tuple.proto === PROTO.ICMPV6 ? tuple.dport : port };
}

function inRange(tuple: Tuple, range: NatRange, ports: PortBox | undefined): boolean {
  const { minIp, maxIp, minPort, maxPort } = range;
  if (minIp !== undefined && maxIp !== undefined && (tuple.src < minIp || tuple.src > maxIp)) return false;
  if (minPort !== undefined && maxPort !== undefined) ports?.compared(tuple.sport, minPort, maxPort);
  return minPort === undefined || maxPort === undefined || (tuple.sport >= minPort && tuple.sport <= maxPort);
}

/** Protocols of which nf_nat_l4proto_unique_tuple changes the port or id. */
const REUSED: ReadonlySet<number> = new Set([PROTO.TCP, PROTO.UDP, PROTO.SCTP, PROTO.UDPLITE, PROTO.ICMP, PROTO.ICMPV6]);

/** get_unique_tuple: a source that is to be random gets a port that the kernel draws. Nobody knows it; it is shown as it was. */
const isDrawn = ({ random, minPort }: NatRange, manip: Manip, { proto }: Tuple): boolean =>
  random && minPort === undefined && manip === 'src' && REUSED.has(proto);

/** nf_nat_setup_info with get_unique_tuple: fixes what the connection's packets will become. */
function setup(connection: Connection, range: NatRange, manip: Manip, walk: Walk): void {
  const current = invert(connection.reply);
  const keep = manip === 'src' && !range.random && inRange(current, range, walk.ports);
  const ip = keep ? current.src : (chooseAddress(range, current, connection.zone.id) ?? (manip === 'src' ? current.src : current.dst));
  const port = keep ? current.sport : choosePort(range, manip === 'src' ? current.sport : current.dport, manip, walk);
  const next = withPart(current, manip, ip, port);
  const changed = next.src !== current.src || next.dst !== current.dst || next.sport !== current.sport || next.dport !== current.dport;
  if (changed || isDrawn(range, manip, current)) {
    connection.reply = invert(next);
    if (manip === 'src') connection.srcNat = true;
    else connection.dstNat = true;
  }
  if (manip === 'src') evade(connection, walk);
  markDone(connection, manip);
}

/** Records that `nat` was asked; also for connections that no rule translates (nf_nat_alloc_null_binding). */
export function markDone(connection: Connection, manip: Manip): void {
  if (manip === 'src') connection.srcNatDone = true;
  else connection.dstNatDone = true;
}

/** The ports among which nf_nat_l4proto_unique_tuple draws in place of one of them: from the lowest that it draws. */
export const DRAWN_INSTEAD: readonly { readonly first: number; readonly last: number; readonly lowest: number }[] = [
  { first: 0, last: 511, lowest: 1 },
  { first: 512, last: 1023, lowest: 600 },
  { first: 1024, last: 65535, lowest: 1024 },
];

/**
 * nf_nat_used_tuple: an answer sent by a socket of its own accord, from where the first packet was addressed before DNAT,
 * opens a connection whose answers would be taken for that first packet. It gets another source port, so nobody knows it:
 * the kernel draws one at random, here it is the lowest that is free.
 */
export function evade(connection: Connection, { conntrack }: Walk): void {
  const current = invert(connection.reply);
  const ported = current.proto === PROTO.UDP || current.proto === PROTO.TCP;
  if (!ported || !conntrack.isTaken(connection)) return;
  const { lowest } = DRAWN_INSTEAD.find(({ last }) => current.sport <= last)!;
  for (let port = lowest; conntrack.isTaken(connection); port++) connection.reply = invert(withPart(current, 'src', current.src, port));
  connection.srcNat = true;
}

/** nf_nat_initialized. */
export function isDone(connection: Connection, manip: Manip): boolean {
  return manip === 'src' ? connection.srcNatDone : connection.dstNatDone;
}

/**
 * Carries out a NAT target on the packet's connection.
 * @returns false where the kernel drops the packet instead, since there is no address to translate to.
 */
export function translate(action: TrackingAction, ns: NetnsState, skb: Skb, hook: HookName, dev: string, walk: Walk): boolean {
  const connection = skb.ct?.connection;
  if (connection === undefined) return true;
  const range = rangeOf(walk, action, ns, skb, hook, dev);
  if (range === undefined) return false;
  setup(connection, range, manipOf(hook), walk);
  return true;
}

/** Rewrites the quoted packet of an ICMP error along with its header (nf_nat_icmp_reply_translation). */
function translateQuoted(skb: Skb, connection: Connection, reply: boolean, manip: Manip): void {
  if (skb.related === undefined) return;
  const real = reply ? connection.original : connection.reply;
  skb.related =
    manip === 'dst' ? { ...skb.related, src: real.src, sport: real.sport } : { ...skb.related, dst: real.dst, dport: real.dport };
}

/** Whether a packet's connection has anything to write into it at this hook. */
export function willTranslate({ ct }: Skb, manip: Manip): boolean {
  // an answer undoes at each hook the other half of what was done to the first packet
  return ct !== undefined && ((manip === 'src') !== ct.reply ? ct.connection.srcNat : ct.connection.dstNat);
}

/**
 * nf_nat_packet: writes into the packet what its connection was given.
 * @returns whether anything changed.
 */
export function applyTranslation(skb: Skb, manip: Manip): boolean {
  if (skb.ct === undefined || !willTranslate(skb, manip)) return false;
  const { connection, reply } = skb.ct;
  const source = manip === 'src';
  const target = invert(reply ? connection.original : connection.reply);
  const { packet } = skb;
  const before = source ? packet.src : packet.dst;
  const beforePort = source ? packet.sport : packet.dport;
  if (source) write(packet, 'src', target.src, skb.related === undefined ? target.sport : packet.sport);
  else write(packet, 'dst', target.dst, skb.related === undefined ? target.dport : packet.dport);
  translateQuoted(skb, connection, reply, manip);
  return before !== (source ? packet.src : packet.dst) || beforePort !== (source ? packet.sport : packet.dport);
}

function write(packet: Packet, manip: Manip, ip: Ip, port: number): void {
  packet[manip] = ip;
  if (packet.icmpType >= 0) return;
  if (manip === 'src') packet.sport = port;
  else packet.dport = port;
}

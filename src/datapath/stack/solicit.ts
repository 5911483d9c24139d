import type { Ip } from '../../address/ip.js';
import { PROTO, type Packet } from '../../model/packet.js';
import { drain } from '../walk/backlog.js';
import type { Fate } from '../walk/fate.js';
import { selectIpv4, selectIpv6 } from '../fib/source-address.js';
import { nfHook } from '../hook/hook.js';
import { isKnown, resolveNeighbour } from '../link/neighbour.js';
import type { SettledAnswer } from '../link/neighbour-answer.js';
import type { Device } from '../machine/device.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Reason } from '../reasons/reason.js';
import { newSkb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';
import { deviceXmit } from './device.js';
import { routeInput } from './route-input.js';

const NO_BYTES = new Uint8Array(0);
const SOLICITATION = 135;
const ADVERTISEMENT = 136;
const SCOPE_LINK = 253;

function message(type: number, src: bigint, dst: bigint): Packet {
  return {
    family: 6,
    proto: PROTO.ICMPV6,
    src,
    dst,
    sport: 0,
    dport: 0,
    icmpType: type,
    icmpCode: 0,
    tcpFlags: 0,
    mark: 0,
    ttl: 255,
    tos: 0,
    length: 72,
    payload: NO_BYTES,
    srcMac: undefined,
    dstMac: undefined,
    pkttype: 'host',
  };
}

/** ndisc_send_skb: through OUTPUT and POSTROUTING, then straight to the device. */
function send(walk: Walk, ns: NetnsState, dev: string, packet: Packet, dstMac: string): Fate {
  const skb = newSkb(packet, 0, true, { netns: ns.name });
  const fate =
    nfHook(walk, ns, skb, { hook: 'OUTPUT', in: '', out: dev }) ?? nfHook(walk, ns, skb, { hook: 'POSTROUTING', in: '', out: dev });
  if (fate !== undefined) return fate;
  packet.dstMac = dstMac;
  const mac = ns.interfaces.get(dev)?.mac;
  if (mac !== undefined) packet.srcMac = mac;
  return drain(walk, deviceXmit(walk, ns, dev, skb));
}

const solicitedNode = (ip: bigint): bigint => (0xff0200000000000000000001ff000000n & ~0xffffffn) | (ip & 0xffffffn);

/** Which of both messages does not arrive, and why. */
interface Lost {
  readonly message: 'solicitation' | 'advertisement';
  readonly since: Reason;
}

/** Asks and answers: both messages are IPv6 packets, which bridges and namespaces filter like any other. */
function exchange(walk: Walk, ns: NetnsState, dev: string, ip: bigint, station: Device): Lost | undefined {
  const src = selectIpv6(walk, ns, dev, ip);
  const asking = ns.interfaces.get(dev)?.mac;
  const answering = station.iface.mac;
  if (src === undefined || asking === undefined || answering === undefined) return undefined;
  const asked = send(walk, ns, dev, message(SOLICITATION, src, solicitedNode(ip)), answering);
  if (asked.kind !== 'local')
    return asked.kind === 'lost' || asked.kind === 'refused' ? { message: 'solicitation', since: asked.why } : undefined;
  const answered = send(walk, station.ns, station.iface.name, message(ADVERTISEMENT, ip, src), asking);
  if (answered.kind !== 'local')
    return answered.kind === 'lost' || answered.kind === 'refused' ? { message: 'advertisement', since: answered.why } : undefined;
  return undefined;
}

function filtersIpv6(walk: Walk): boolean {
  return [...walk.machine.namespaces.values()].some((ns) => ns.netns.rulesets.some((set) => set.family === 6 && set.tables.size > 0));
}

/** The usual case, told without a look-up: an address of the station's own, and nothing that would doubt the asker. */
function takesAnybody({ ns, iface }: Device, ip: number, asker: number): boolean {
  const fib = ns.fib(4);
  const doubts = fib.hasCustomRules || fib.hasCustomLocalRoutes || ns.sysctls.larger(iface.name, 'rp_filter').least !== 0 || ns.owns(asker);
  return ns.sysctls.listed && !doubts && fib.addressType(ip) === 'local';
}

/**
 * arp_process answers only an asker whose packets it would take: the request is routed in as they would be.
 * The asker names the packet's source if that is its own (arp_solicit with arp_announce 0).
 */
function refusesArp(walk: Walk, ns: NetnsState, dev: string, ip: number, src: number, station: Device): Reason | undefined {
  const asker = ns.fib(4).addressType(src) === 'local' ? src : selectIpv4(walk, ns, dev, ip, SCOPE_LINK);
  if (asker === undefined || takesAnybody(station, ip, asker)) return undefined;
  const skb = newSkb({ ...message(0, 0n, 0n), family: 4, proto: 0, src: asker, dst: ip, icmpType: -1 }, 0, true);
  const route = routeInput(walk, station.ns, station.iface.name, skb);
  if (route.kind === 'go') return undefined;
  const { fate } = route;
  return fate.kind === 'lost' || fate.kind === 'refused' ? fate.why : undefined;
}

/**
 * Finds a next hop's link-layer address. In IPv6 the question itself is a packet that ip6tables sees, on the bridge too
 * (br_nf_pre_routing_ipv6), so it can be lost. Whom the listing knows is not asked again.
 * @param src of the packet that waits for the address.
 */
export function resolveNextHop(walk: Walk, ns: NetnsState, dev: string, ip: Ip, src: Ip): SettledAnswer {
  const answer = resolveNeighbour(walk, ns, dev, ip);
  if (answer.kind === 'mac' && isKnown(ns, dev, ip, answer.mac)) return answer;
  if (typeof ip === 'number' && answer.kind === 'mac' && answer.station !== undefined && typeof src === 'number') {
    const { station } = answer;
    const refused = walk.quietly(() => refusesArp(walk, ns, dev, ip, src, station));
    return refused === undefined
      ? answer
      : { kind: 'failed', why: { kind: 'no-neighbour', as: 'arp refused', netns: station.ns.name, ip, since: refused } };
  }
  if (typeof ip !== 'bigint' || answer.kind !== 'mac' || answer.station === undefined || !filtersIpv6(walk)) return answer;
  const { station } = answer;
  const lost = walk.quietly(() => exchange(walk, ns, dev, ip, station));
  return lost === undefined
    ? answer
    : { kind: 'failed', why: { kind: 'no-neighbour', as: 'unresolved', netns: ns.name, dev, ip, ...lost } };
}

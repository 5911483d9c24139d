import { type Ip, formatIp } from '../../address/ip.js';
import type { NetInterface } from '../../model/link.js';
import type { Device } from '../machine/device.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Walk } from '../walk/walk.js';
import { answersFor, isSilent, noteIgnored } from './answers-for.js';
import type { NeighbourAnswer, SettledAnswer, Unlisted } from './neighbour-answer.js';
import type { BroadcastSegment } from './segment-type.js';
import { behind, segmentOf, spaceBehind } from './segment.js';
import { mayAnswerBeyond } from './tunnel.js';
import { ambiguousEnd } from './unlisted-end.js';

const UNRESOLVED: ReadonlySet<string> = new Set(['FAILED', 'INCOMPLETE', 'NONE']);

function fromListing(ns: NetnsState, dev: string, ip: Ip, permanent: boolean): SettledAnswer | undefined {
  const entry = ns.neighbour(dev, ip);
  if (entry?.mac === undefined || UNRESOLVED.has(entry.state)) return undefined;
  if (permanent !== (entry.state === 'PERMANENT')) return undefined;
  return { kind: 'mac', mac: entry.mac, text: `${formatIp(ip)} is at ${entry.mac} (neighbour entry, ${entry.state})` };
}

const IN_USE: ReadonlySet<string> = new Set(['REACHABLE', 'PERMANENT', 'NOARP', 'STALE', 'DELAY', 'PROBE']);

/** neigh_event_send: an entry that holds an address is used as it is, and only then asked about again (NUD_VALID). */
export function isKnown(ns: NetnsState, dev: string, ip: Ip, mac: string): boolean {
  const entry = ns.neighbour(dev, ip);
  return entry?.mac === mac && IN_USE.has(entry.state);
}

/** DELAY and PROBE last for seconds while the neighbour confirms itself (DELAY_PROBE_TIME): by the time of a packet it has. */
const CONNECTED: ReadonlySet<string> = new Set(['REACHABLE', 'PERMANENT', 'NOARP', 'DELAY', 'PROBE']);

/**
 * NUD_CONNECTED: the frame's header is at hand, and nobody has to be asked. Taken for granted where no neighbour at all is listed: such a
 * listing is missing, or was taken before anything was sent.
 */
export function isConnected(ns: NetnsState, dev: string, ip: Ip): boolean {
  return ns.netns.neighbours.length === 0 || CONNECTED.has(ns.neighbour(dev, ip)?.state ?? '');
}

/** A child of a device that no listing shows: nobody knows whom it shares the wire with. */
function floating(walk: Walk, ns: NetnsState, { name, detail: { kind } }: NetInterface): string | undefined {
  if ((kind !== 'macvlan' && kind !== 'ipvlan') || walk.machine.lower(ns, name) !== undefined) return undefined;
  return `the device of the host that ${ns.name}'s ${name} (${kind}) sits on, which \`ip addr\` of the host does not show`;
}

/** A veth whose other end no listing shows may lead to the very segment that is asked. */
function looseEnd(walk: Walk, owner: NetnsState, ip: Ip): string | undefined {
  // the host's own uplink may be a veth as well, and leads outside
  if (owner.isHost) return undefined;
  const iface = [...owner.interfaces.values()].find((i) => owner.ownsOn(i.name, ip));
  const unknownBelow = iface && floating(walk, owner, iface);
  if (unknownBelow !== undefined) return unknownBelow;
  if (iface?.linkIndex === undefined || iface.linkName !== undefined || iface.detail.kind === 'macvlan' || iface.detail.kind === 'ipvlan')
    return undefined;
  if (walk.machine.peer(owner, iface.name) !== undefined) return undefined;
  return `the other end of ${owner.name}'s ${iface.name}: interface ${iface.linkIndex} of the host, which ip addr shows`;
}

/** In words: what would show who is behind devices whose other ends no listing shows, or several fit. */
function unlistedSpace({ machine }: Walk, { missing }: BroadcastSegment): string {
  const ambiguous = missing.map((device) => ambiguousEnd(machine, device)).find((one) => one !== undefined);
  return ambiguous ?? spaceBehind(missing.map(({ ns, iface }) => `${ns.name}/${iface.name}`).join(', '));
}

/** A container's device whose other end is in no namespace that is listed may lead to whoever has the address. */
function looseUplink({ uplinks }: BroadcastSegment): string | undefined {
  const loose = uplinks.find(({ ns, iface }) => !ns.isHost && iface.linkIndex !== undefined && iface.linkName === undefined);
  return (
    loose && `where ${loose.ns.name}'s ${loose.iface.name} leads: no listed device is its other end (interface ${loose.iface.linkIndex})`
  );
}

/** An owner of an address, and why it does not hear who asks by a device. */
function apart(
  walk: Walk,
  ns: NetnsState,
  dev: string,
  owner: NetnsState,
  ip: Ip,
): { readonly netns: string; readonly child: string | undefined } {
  const child = walk.machine.children(ns, dev).find((c) => c.ns === owner && owner.ownsOn(c.iface.name, ip));
  return { netns: owner.name, child: child?.iface.detail.kind };
}

function fromStation(station: Device, ip: Ip): SettledAnswer {
  const { mac, name } = station.iface;
  if (mac === undefined) return { kind: 'missing', what: `the link-layer address of ${station.ns.name}'s ${name}` };
  return { kind: 'mac', mac, text: `${formatIp(ip)} is at ${mac} (${station.ns.name} ${name})`, station };
}

/** A listed neighbour may say already what the station would answer. */
function unlessSame(on: Unlisted, answers: SettledAnswer, silent: NeighbourAnswer): NeighbourAnswer {
  const same = answers.kind === 'mac' && silent.kind === 'mac' && answers.mac === silent.mac;
  return same ? answers : { kind: 'depends', on, answers, silent };
}

function fromSegment(walk: Walk, segment: BroadcastSegment, ns: NetnsState, dev: string, ip: Ip): NeighbourAnswer {
  const mayAnswer = walk.machine.holders.mayAnswer(ip);
  const asked = segment.stations.filter((s) => mayAnswer(s.ns)).map((station) => ({ station, ...answersFor(station, ip) }));
  const sure = asked.find(({ answers }) => answers === true);
  if (sure !== undefined) return fromStation(sure.station, ip);
  let answer: NeighbourAnswer = fromNobody(walk, segment, ns, dev, ip);
  for (const { station, unlisted: key } of asked.reverse())
    if (key !== undefined) answer = unlessSame({ station, key }, fromStation(station, ip), answer);
  return answer;
}

/** An overlay on which nobody is but who is listed: its VXLAN device asks dockerd for anybody else, who knows of none (l3miss). */
function isKnownNobody({ machine }: Walk, { ns, iface }: Device, ip: Ip): boolean {
  const own = machine.overlay(ns, iface.name)?.own;
  return own !== undefined && !own.has(ip);
}

/** What comes of it where no station of the snapshot answers. */
function fromNobody(walk: Walk, segment: BroadcastSegment, ns: NetnsState, dev: string, ip: Ip): SettledAnswer {
  const listed = fromListing(ns, dev, ip, false);
  if (listed !== undefined && segment.uplinks.length === 0) return listed;
  const elsewhere = walk.machine.ownerOf(ip);
  const ways = segment.uplinks.filter((uplink) => mayAnswerBeyond(uplink, ip));
  if (ways.length > 0 && elsewhere === undefined) return { kind: 'outside' };
  const [bridge] = segment.unseen;
  if (bridge !== undefined) return { kind: 'missing', what: behind(bridge) };
  const asking = ns.interfaces.get(dev);
  const below = asking && floating(walk, ns, asking);
  if (below !== undefined) return { kind: 'missing', what: below };
  const missing = segment.missing.filter((device) => !isKnownNobody(walk, device, ip));
  if (missing.length > 0) return { kind: 'missing', what: unlistedSpace(walk, { ...segment, missing }) };
  const end = elsewhere === undefined ? undefined : (looseEnd(walk, elsewhere, ip) ?? looseUplink(segment));
  if (end !== undefined) return { kind: 'missing', what: end };
  const owner = elsewhere === undefined ? {} : { owner: apart(walk, ns, dev, elsewhere, ip) };
  return { kind: 'failed', why: { kind: 'no-neighbour', as: 'silent', netns: ns.name, dev, ip, ...owner } };
}

/** Answers kept for each device; beyond that all are forgotten. */
const MOST_REMEMBERED = 10_000;

/** Asks what an answer depends on. What next to nobody sets is taken to be off, and said. */
function settled(walk: Walk, answer: NeighbourAnswer, ip: Ip): SettledAnswer {
  let now = answer;
  while (now.kind === 'depends') now = isSilent(walk, now.on) ? now.silent : now.answers;
  if (now.kind === 'mac' && now.station !== undefined && typeof ip === 'number') noteIgnored(walk, now.station);
  return now;
}

const NO_ADDRESSES: ReadonlySet<string> = new Set(['tun', 'tap', 'ipip', 'sit', 'gre', 'ip6tnl', 'wireguard', 'ppp']);

/**
 * neigh_resolve_output: finds the link-layer address of a next hop, as ARP or neighbour discovery on the devices of the
 * snapshot would.
 */
export function resolveNeighbour(walk: Walk, ns: NetnsState, dev: string, ip: Ip): SettledAnswer {
  const ofDevice = walk.machine.neighbours.of(ns, dev);
  let answer = ofDevice.get(ip);
  if (answer === undefined) {
    answer = findNeighbour(walk, ns, dev, ip);
    if (ofDevice.size >= MOST_REMEMBERED) ofDevice.clear();
    ofDevice.set(ip, answer);
  }
  return settled(walk, answer, ip);
}

function findNeighbour(walk: Walk, ns: NetnsState, dev: string, ip: Ip): NeighbourAnswer {
  const iface = ns.interfaces.get(dev);
  if (iface === undefined) return { kind: 'missing', what: ns.interfaceLack(dev) };
  const { detail } = iface;
  if (detail.kind === 'loopback' || (detail.kind === 'other' && NO_ADDRESSES.has(detail.name))) return { kind: 'none-needed' };
  if (detail.kind === 'ipvlan' && detail.mode !== 'l2') return { kind: 'none-needed' };
  return fromListing(ns, dev, ip, true) ?? fromSegment(walk, segmentOf(walk.machine, ns, dev), ns, dev, ip);
}

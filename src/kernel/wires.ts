import { addressBits, contains, familyOf, parseIp, prefixOf, type Ip, type Prefix } from '../address/ip.js';
import type { Host, Netns } from '../model/host.js';
import type { NetInterface } from '../model/link.js';
import { HOST_NETNS } from '../model/netns.js';
import type { Peers } from './plan/links.js';
import type { OutsideWire } from './plan/plan.js';

/** A host's device and address that the outside meets on a wire without a router in between. */
export interface WireStation {
  readonly ip: Ip;
  readonly mac: string;
}

/** What leads outside: one uplink, or several that share a network the snapshot does not show (an overlay). */
export interface Wire {
  readonly uplinks: readonly OutsideWire[];
  /** The device in the outside's namespace. */
  readonly dev: string;
  readonly subnets: readonly Prefix[];
  /** Next hops that the host's routes name. */
  readonly gateways: readonly Ip[];
  /** Who answers for its own address there, beside the uplink itself. */
  readonly stations: readonly WireStation[];
}

const keyOf = (netns: string, iface: string): string => `${netns}/${iface}`;

/** Devices that share a link: veth ends, a bridge and its ports, what is stacked and what it stands on. */
class Segments {
  private readonly parents = new Map<string, string>();

  constructor(host: Host, peers: Peers) {
    for (const netns of host.netns.values()) {
      for (const iface of netns.interfaces) {
        const key = keyOf(netns.name, iface.name);
        const peer = peers.get(key);
        if (peer !== undefined) this.join(key, keyOf(peer.netns, peer.iface));
        if (iface.master !== undefined) this.join(key, keyOf(netns.name, iface.master));
        const lower = lowerKey(host, netns, iface);
        if (lower !== undefined) this.join(key, lower);
      }
    }
  }

  find(key: string): string {
    let at = key;
    for (let up = this.parents.get(at); up !== undefined; up = this.parents.get(at)) at = up;
    return at;
  }

  private join(a: string, b: string): void {
    const [x, y] = [this.find(a), this.find(b)];
    if (x !== y) this.parents.set(x, y);
  }
}

const STACKED: ReadonlySet<string> = new Set(['macvlan', 'ipvlan', 'vlan']);

function lowerKey(host: Host, netns: Netns, iface: NetInterface): string | undefined {
  if (!STACKED.has(iface.detail.kind)) return undefined;
  const home = iface.linkNetnsId === undefined ? netns : host.netns.get(HOST_NETNS);
  const lower = home?.interfaces.find((i) => (iface.linkName === undefined ? i.index === iface.linkIndex : i.name === iface.linkName));
  return home && lower && keyOf(home.name, lower.name);
}

interface Place {
  readonly netns: Netns;
  readonly iface: NetInterface;
}

function placesOn(host: Host, segments: Segments, segment: string): readonly Place[] {
  return [...host.netns.values()].flatMap((netns) =>
    netns.interfaces.filter((i) => segments.find(keyOf(netns.name, i.name)) === segment).map((iface) => ({ netns, iface })),
  );
}

const isNarrow = (a: { readonly ip: Ip; readonly prefixLength: number }): boolean => a.prefixLength < addressBits(familyOf(a.ip));

function subnetsOf(places: readonly Place[]): readonly Prefix[] {
  return places.flatMap(({ iface }) => iface.addresses.filter(isNarrow).map((a) => prefixOf(a.ip, a.prefixLength)));
}

function gatewaysOf(places: readonly Place[]): readonly Ip[] {
  const own = new Set(places.flatMap(({ iface }) => iface.addresses.map((a) => a.ip)));
  const vias = places.flatMap(({ netns, iface }) =>
    netns.routes.flatMap((r) => r.nexthops.flatMap((h) => (h.dev === iface.name && h.via !== undefined ? [h.via] : []))),
  );
  return [...new Set(vias)].filter((ip) => !own.has(ip));
}

/**
 * ipvlan answers with its lower device's address. For what a macvlan device of the uplink's own namespace has, the uplink answers first: a query
 * reaches its children only from a queue (arp_process; macvlan_broadcast_enqueue), and the first of several answers holds (LOCKTIME).
 */
function stationsOf(places: readonly Place[], uplinks: readonly OutsideWire[]): readonly WireStation[] {
  const answers = ({ name, detail }: NetInterface): boolean => name === uplinks[0]?.iface || detail.kind === 'macvlan';
  const isOwn = ({ netns, iface }: Place): boolean => uplinks.length === 1 && uplinks[0]?.netns === netns.name && answers(iface);
  return places.flatMap((place) => {
    const mac = place.iface.detail.kind === 'ipvlan' ? (uplinks[0]?.mac ?? place.iface.mac) : place.iface.mac;
    return mac === undefined || isOwn(place) ? [] : place.iface.addresses.map((a) => ({ ip: a.ip, mac }));
  });
}

/** Uplinks of different namespaces on one subnet meet somewhere that the snapshot does not show. */
function grouped(host: Host, uplinks: readonly OutsideWire[]): readonly (readonly OutsideWire[])[] {
  const groups: OutsideWire[][] = [];
  const subnets = (u: OutsideWire): readonly Prefix[] => {
    const iface = host.netns.get(u.netns)?.interfaces.find((i) => i.name === u.iface);
    return (iface?.addresses ?? []).filter((a) => isNarrow(a) && a.scope !== 'link').map((a) => prefixOf(a.ip, a.prefixLength));
  };
  const meets = (a: OutsideWire, b: OutsideWire): boolean =>
    a.netns !== b.netns && subnets(a).some((x) => subnets(b).some((y) => x.addr === y.addr && x.length === y.length));
  for (const uplink of uplinks) {
    const group = groups.find((g) => g.some((other) => meets(uplink, other)));
    if (group === undefined) groups.push([uplink]);
    else group.push(uplink);
  }
  return groups;
}

/** @returns everything by which packets come in from outside, and leave. */
export function wiresOf(host: Host, peers: Peers, uplinks: readonly OutsideWire[]): readonly Wire[] {
  const segments = new Segments(host, peers);
  return grouped(host, uplinks).map((group, i) => {
    const places = [...new Set(group.map((u) => segments.find(keyOf(u.netns, u.iface))))].flatMap((s) => placesOn(host, segments, s));
    const dev = group.length === 1 ? (group[0]?.far ?? '') : `hub${i}`;
    return { uplinks: group, dev, subnets: subnetsOf(places), gateways: gatewaysOf(places), stations: stationsOf(places, group) };
  });
}

/** @returns the addresses, of those named, at which machines outside the host would be: on no network that only its namespaces share. */
export function outsideAmong(host: Host, peers: Peers, wires: readonly Wire[], named: readonly (string | undefined)[]): readonly Ip[] {
  const segments = new Segments(host, peers);
  const outward = new Set(wires.flatMap((w) => w.uplinks.map((u) => segments.find(keyOf(u.netns, u.iface)))));
  const all = [...host.netns.values()].flatMap((netns) => netns.interfaces.map((iface) => ({ netns, iface })));
  const inward = all.filter(({ netns, iface }) => !outward.has(segments.find(keyOf(netns.name, iface.name))));
  const owned = new Set(all.flatMap(({ iface }) => iface.addresses.map((a) => a.ip)));
  const nets = subnetsOf(inward);
  const ips = named.flatMap((text) => parseIp(text ?? '') ?? []);
  return [...new Set(ips)].filter((ip) => !owned.has(ip) && !nets.some((net) => contains(net, ip)));
}

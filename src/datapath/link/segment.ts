import type { NetInterface } from '../../model/link.js';
import type { Device } from '../machine/device.js';
import type { Machine } from '../machine/machine.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { BroadcastSegment } from './segment-type.js';
import { isStandIn } from './stand-in.js';
import { tunnelEndsHere } from './tunnel.js';
import { endUnlisted } from './unlisted-end.js';
import { tagOnEgress, vlanAdmits, vlanOfIngress } from './vlan.js';

/** VLAN tag of a frame. */
type Tag = number | undefined;

interface Search {
  readonly machine: Machine;
  readonly seen: Set<string>;
  /** Bridges that were entered, where the ports that lead to one station only are taken at once; undefined where nothing is. */
  readonly entered: Set<NetInterface> | undefined;
  /** A bridge was entered twice: what was taken at once may have been met before. */
  again: boolean;
  readonly stations: Device[];
  readonly uplinks: Device[];
  readonly missing: Device[];
  readonly unseen: string[];
}

function firstVisit(search: Search, ns: NetnsState, dev: string, way: 'in' | 'out'): boolean {
  const key = `${way} ${ns.name}/${dev}`;
  if (search.seen.has(key)) return false;
  search.seen.add(key);
  return true;
}

/**
 * A veth that is a bridge's port leads to a container; one that is not is how the lab's hosts, and some clouds', reach the outside.
 * Where the listing does not show ports, one without an address is taken for such a port.
 */
export function leadsToMissing(ns: NetnsState, iface: NetInterface): boolean {
  if (iface.detail.kind !== 'veth' && !iface.name.startsWith('veth')) return false;
  if (iface.master !== undefined || ns.ports.has(iface.name)) return true;
  return ns.hides('ports') && iface.addresses.every(({ scope }) => scope === 'link');
}

/** @returns the VLAN device for a tag on a device. */
export function vlanChild(machine: Machine, ns: NetnsState, dev: string, vid: number): Device | undefined {
  return machine.children(ns, dev).find(({ iface: { detail } }) => detail.kind === 'vlan' && detail.vid === vid);
}

/**
 * A bridge has a carrier only by a port that has one (br_port_carrier_check): without any, the listing does not show its ports.
 * Those that stand in for what `docker inspect` tells of may not be all.
 */
function portsUnseen(ns: NetnsState, bridge: NetInterface): boolean {
  if (!bridge.carrier) return false;
  const ports = (ns.portsOf.get(bridge.name) ?? []).flatMap(({ iface }) => ns.interfaces.get(iface) ?? { carrier: true, index: 0 });
  return !ports.some(({ carrier, index }) => carrier && !isStandIn(index));
}

/** @returns what would show who is behind a bridge whose ports no listing shows; undefined where they are shown. */
export function behindUnseen(ns: NetnsState, bridge: string): string | undefined {
  const iface = ns.interfaces.get(bridge);
  return iface === undefined || !portsUnseen(ns, iface) ? undefined : behind(`${ns.name}/${bridge}`);
}

/** In words: a namespace that no listing shows, by the device in front of it. */
export function spaceBehind(device: string): string {
  return `the namespace behind ${device}: \`docker inspect\` would tell whose it is, and \`nsenter -t PID -n ss -tulpn\` who listens there`;
}

/** In words: who may be behind a bridge, by `netns/bridge`. */
export function behind(bridge: string): string {
  return `who is behind ${bridge}, whose ports no listing shows: \`bridge link\`, or \`ip -d addr\` of all interfaces, would`;
}

/** What a broadcast meets that enters a bridge by `from`; empty where the bridge's own namespace sends it. */
function bridgeOut(search: Search, ns: NetnsState, bridge: NetInterface, from: string, tag: Tag): void {
  const ingress = ns.ports.get(from);
  const vid = vlanOfIngress(ns, bridge.name, ingress === undefined ? bridge.name : from, tag);
  if (vid === 0) return;
  if (portsUnseen(ns, bridge)) search.unseen.push(`${ns.name}/${bridge.name}`);
  const leaves =
    vid === undefined && tag === undefined && entersOnce(search, bridge) ? search.machine.leaves.of(ns, bridge.name) : undefined;
  if (ingress !== undefined && (vid === undefined || vlanAdmits(ns, bridge.name, vid)))
    station(search, { ns, iface: bridge }, tagOnEgress(ns, bridge.name, vid, tag));
  for (const port of ns.portsOf.get(bridge.name) ?? []) {
    if (port.state !== 'forwarding' || (port.iface === from && !port.hairpin)) continue;
    if (ingress?.isolated === true && port.isolated) continue;
    const leaf = leaves && leafBehind(leaves, search.machine, ns, port.iface);
    if (leaf !== undefined) search.stations.push(leaf);
    else if (vid === undefined || vlanAdmits(ns, port.iface, vid)) out(search, ns, port.iface, tagOnEgress(ns, port.iface, vid, tag));
  }
}

function entersOnce(search: Search, bridge: NetInterface): boolean {
  if (search.entered === undefined) return false;
  if (search.entered.has(bridge)) search.again = true;
  search.entered.add(bridge);
  return true;
}

/** The station that a port leads to, where it leads to a container's only device and so to nothing else: worked out once for each port. */
function leafBehind(leaves: Map<string, Device | undefined>, machine: Machine, ns: NetnsState, port: string): Device | undefined {
  const known = leaves.get(port);
  if (known !== undefined || leaves.has(port)) return known;
  const leaf = findLeaf(machine, ns, port);
  leaves.set(port, leaf);
  return leaf;
}

function findLeaf(machine: Machine, ns: NetnsState, port: string): Device | undefined {
  const iface = ns.interfaces.get(port);
  if (iface === undefined || !iface.up || iface.detail.kind !== 'veth') return undefined;
  const peer = machine.peer(ns, port);
  if (peer === undefined || !peer.iface.up || peer.ns.ports.has(peer.iface.name)) return undefined;
  return machine.children(peer.ns, peer.iface.name).length === 0 ? peer : undefined;
}

/** A device hands what it receives to its IP stack, or by the tag to a VLAN device on it. */
function station({ machine, stations }: Search, device: Device, tag: Tag): void {
  const taker = tag === undefined ? device : vlanChild(machine, device.ns, device.iface.name, tag);
  if (taker !== undefined) stations.push(taker);
}

/** A device on one that is not there: it leads outside, unless the host, whose device that may be, does not list its own, or not this one. */
function onUnseen({ machine, missing, uplinks }: Search, ns: NetnsState, iface: NetInterface): void {
  const unlisted = iface.linkIndex !== undefined || !machine.root.netns.sources.has('addr');
  if (!ns.isHost && unlisted) missing.push({ ns, iface });
  else uplinks.push({ ns, iface });
}

/** What a broadcast meets that is sent by `dev`. */
function out(search: Search, ns: NetnsState, dev: string, tag: Tag): void {
  const iface = ns.interfaces.get(dev);
  if (iface === undefined || !iface.up || !firstVisit(search, ns, dev, 'out')) return;
  switch (iface.detail.kind) {
    case 'loopback':
      return;
    case 'bridge':
      bridgeOut(search, ns, iface, '', tag);
      return;
    case 'macvlan':
    case 'ipvlan': {
      const lower = search.machine.lower(ns, dev);
      if (lower === undefined) return void onUnseen(search, ns, iface);
      if (iface.detail.kind === 'ipvlan' || iface.detail.mode === 'bridge') siblings(search, lower, { ns, iface });
      out(search, lower.ns, lower.iface.name, tag);
      return;
    }
    case 'vlan': {
      const lower = search.machine.lower(ns, dev);
      if (lower === undefined) onUnseen(search, ns, iface);
      else out(search, lower.ns, lower.iface.name, iface.detail.vid);
      return;
    }
    case 'veth':
    case 'ether':
    case 'vxlan':
    case 'other': {
      if (tunnelEndsHere(ns, iface)) return;
      const peer = search.machine.peer(ns, dev);
      const overlay = search.machine.overlay(ns, dev);
      if (peer !== undefined) into(search, peer.ns, peer.iface.name, tag);
      else if (overlay !== undefined) {
        for (const member of overlay.members) if (member.iface !== iface) into(search, member.ns, member.iface.name, tag);
        search.missing.push({ ns, iface });
      } else if (leadsToMissing(ns, iface) || endUnlisted(search.machine, ns, iface) !== undefined) search.missing.push({ ns, iface });
      else search.uplinks.push({ ns, iface });
    }
  }
}

/** Devices stacked on a lower one that a broadcast reaches; from a macvlan sibling, only those in bridge mode (macvlan_broadcast). */
function siblings(search: Search, lower: Device, sender?: Device): void {
  for (const child of search.machine.children(lower.ns, lower.iface.name)) {
    const { detail } = child.iface;
    if (detail.kind === 'vlan' || !child.iface.up || (child.ns === sender?.ns && child.iface.name === sender.iface.name)) continue;
    if (sender !== undefined && detail.kind === 'macvlan' && detail.mode !== 'bridge') continue;
    search.stations.push(child);
  }
}

/** What a broadcast meets that is received by `dev`. */
function into(search: Search, ns: NetnsState, dev: string, tag: Tag): void {
  const iface = ns.interfaces.get(dev);
  if (iface === undefined || !iface.up || !firstVisit(search, ns, dev, 'in')) return;
  const child = tag === undefined ? undefined : vlanChild(search.machine, ns, dev, tag);
  if (child !== undefined) return into(search, child.ns, child.iface.name, undefined);
  siblings(search, { ns, iface });
  const port = ns.ports.get(dev);
  if (port === undefined) {
    if (tag === undefined) search.stations.push({ ns, iface });
    return;
  }
  const bridge = ns.interfaces.get(port.bridge);
  if (port.state === 'forwarding' && bridge?.up === true) bridgeOut(search, ns, bridge, dev, tag);
}

/** @returns what a search finds; with ports taken at once where that makes no difference. */
function search(machine: Machine, from: (search: Search) => void): BroadcastSegment {
  const begin = (entered: Set<NetInterface> | undefined): Search => ({
    machine,
    seen: new Set(),
    entered,
    again: false,
    stations: [],
    uplinks: [],
    missing: [],
    unseen: [],
  });
  let found = begin(new Set());
  from(found);
  if (found.again) from((found = begin(undefined)));
  const { stations, uplinks, missing, unseen } = found;
  return { stations, uplinks, missing, unseen };
}

/** @returns what a broadcast sent by `dev` reaches. */
export function segmentOf(machine: Machine, ns: NetnsState, dev: string): BroadcastSegment {
  const memo = machine.segments.of(ns, dev);
  let known = memo.get('sent');
  if (known === undefined) memo.set('sent', (known = search(machine, (one) => out(one, ns, dev, undefined))));
  return known;
}

/** @returns what a broadcast that comes in by `dev` from outside reaches: the stations an outside neighbour can address. */
export function segmentBehind(machine: Machine, ns: NetnsState, dev: string): BroadcastSegment {
  const memo = machine.segments.of(ns, dev);
  let known = memo.get('received');
  if (known === undefined) memo.set('received', (known = search(machine, (one) => into(one, ns, dev, undefined))));
  return known;
}

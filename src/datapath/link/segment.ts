import type { NetInterface } from '../../model/link.js';
import type { Device, Machine } from '../machine.js';
import type { NetnsState } from '../netns-state.js';

/** Everything that a broadcast from one device reaches. */
export interface Segment {
  /** Devices that hand frames to an IP stack. */
  readonly stations: readonly Device[];
  /** Devices at which the snapshot ends: beyond them is the outside. */
  readonly uplinks: readonly Device[];
  /** Veths into namespaces that the snapshot lacks, by `netns/iface`. */
  readonly missing: readonly string[];
}

interface Search {
  readonly machine: Machine;
  readonly seen: Set<string>;
  readonly stations: Device[];
  readonly uplinks: Device[];
  readonly missing: string[];
}

function firstVisit(search: Search, ns: NetnsState, dev: string, way: 'in' | 'out'): boolean {
  const key = `${way} ${ns.name}/${dev}`;
  if (search.seen.has(key)) return false;
  search.seen.add(key);
  return true;
}

/** A veth that is a bridge's port leads to a container; one that is not is how the lab's hosts, and some clouds', reach the outside. */
export function leadsToMissing(iface: NetInterface): boolean {
  return iface.master !== undefined && (iface.detail.kind === 'veth' || iface.name.startsWith('veth'));
}

function bridgeOut(search: Search, ns: NetnsState, bridge: string, from: string): void {
  const ingress = ns.ports.get(from);
  for (const port of ns.portsOf.get(bridge) ?? []) {
    if (port.state !== 'forwarding' || (port.iface === from && !port.hairpin)) continue;
    if (ingress?.isolated === true && port.isolated) continue;
    out(search, ns, port.iface);
  }
}

/** What a broadcast meets that is sent by `dev`. */
function out(search: Search, ns: NetnsState, dev: string): void {
  const iface = ns.interfaces.get(dev);
  if (iface === undefined || !iface.up || !firstVisit(search, ns, dev, 'out')) return;
  switch (iface.detail.kind) {
    case 'loopback':
      return;
    case 'bridge':
      bridgeOut(search, ns, dev, '');
      return;
    case 'macvlan':
    case 'ipvlan': {
      const lower = search.machine.lower(ns, dev);
      if (lower === undefined) return void search.uplinks.push({ ns, iface });
      if (iface.detail.kind === 'ipvlan' || iface.detail.mode === 'bridge') siblings(search, lower, ns, dev);
      out(search, lower.ns, lower.iface.name);
      return;
    }
    case 'vlan': {
      const lower = search.machine.lower(ns, dev);
      search.uplinks.push(lower ?? { ns, iface });
      return;
    }
    case 'veth':
    case 'ether':
    case 'vxlan':
    case 'other': {
      const peer = search.machine.peer(ns, dev);
      const overlay = search.machine.overlay(ns, dev);
      if (peer !== undefined) into(search, peer.ns, peer.iface.name);
      else if (overlay !== undefined) {
        for (const member of overlay.members) if (member.iface !== iface) into(search, member.ns, member.iface.name);
        search.uplinks.push({ ns, iface });
      } else if (leadsToMissing(iface)) search.missing.push(`${ns.name}/${dev}`);
      else search.uplinks.push({ ns, iface });
    }
  }
}

function siblings(search: Search, lower: Device, ns: NetnsState, dev: string): void {
  for (const child of search.machine.children(lower.ns, lower.iface.name)) {
    if (child.iface.detail.kind === 'vlan' || (child.ns === ns && child.iface.name === dev) || !child.iface.up) continue;
    search.stations.push(child);
  }
}

/** What a broadcast meets that is received by `dev`. */
function into(search: Search, ns: NetnsState, dev: string): void {
  const iface = ns.interfaces.get(dev);
  if (iface === undefined || !iface.up || !firstVisit(search, ns, dev, 'in')) return;
  siblings(search, { ns, iface }, ns, '');
  const port = ns.ports.get(dev);
  if (port === undefined) return void search.stations.push({ ns, iface });
  if (port.state !== 'forwarding') return;
  const bridge = ns.interfaces.get(port.bridge);
  if (bridge === undefined || !bridge.up) return;
  search.stations.push({ ns, iface: bridge });
  bridgeOut(search, ns, port.bridge, dev);
}

function searchOf(machine: Machine): Search {
  return { machine, seen: new Set(), stations: [], uplinks: [], missing: [] };
}

/** @returns what a broadcast sent by `dev` reaches. */
export function segmentOf(machine: Machine, ns: NetnsState, dev: string): Segment {
  const known = machine.segments.get(ns)?.get(dev);
  if (known !== undefined) return known;
  const search = searchOf(machine);
  out(search, ns, dev);
  const ofNetns = machine.segments.get(ns) ?? new Map<string, Segment>();
  machine.segments.set(ns, ofNetns.set(dev, search));
  return search;
}

/** @returns what a broadcast that comes in by `dev` from outside reaches: the stations an outside neighbour can address. */
export function segmentBehind(machine: Machine, ns: NetnsState, dev: string): Segment {
  const search = searchOf(machine);
  into(search, ns, dev);
  return search;
}

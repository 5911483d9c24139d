import type { BridgePort } from '../../model/link.js';
import type { Machine } from '../machine/machine.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Walk } from '../walk/walk.js';
import { OUTSIDE_MAC } from './outside.js';
import { segmentOf } from './segment.js';

/** The forwarding database's answer, worked out once for each bridge and address. */
export function fdbPort(walk: Walk, ns: NetnsState, bridge: string, mac: string): string | undefined {
  const known = walk.machine.portsByMac.of(ns, bridge);
  const port = known.get(mac);
  if (port !== undefined || known.has(mac)) return port;
  const found = searchPort(walk, ns, bridge, mac);
  known.set(mac, found);
  return found;
}

/** Which port a MAC address is behind: static entries, then where its owner is, then what the listing learned. */
function searchPort(walk: Walk, ns: NetnsState, bridge: string, mac: string): string | undefined {
  const entries = (ns.fdb.get(bridge) ?? []).filter((e) => e.mac === mac);
  const fixed = entries.find((e) => e.state === 'permanent' || e.state === 'static');
  if (fixed !== undefined) return fixed.dev === bridge || fixed.state === 'permanent' ? '' : fixed.dev;
  const learned = mac === OUTSIDE_MAC ? outsidePort(walk.machine, ns, bridge) : stationPorts(walk.machine, ns, bridge).get(mac);
  if (learned !== undefined) return learned;
  return entries.find((e) => e.dev !== bridge)?.dev;
}

function learningPorts(ns: NetnsState, bridge: string): readonly BridgePort[] {
  return (ns.portsOf.get(bridge) ?? []).filter((port) => port.learning);
}

function outsidePort(machine: Machine, ns: NetnsState, bridge: string): string | undefined {
  return learningPorts(ns, bridge).find((port) => segmentOf(machine, ns, port.iface).uplinks.length > 0)?.iface;
}

/** The first port behind which each station's address is, found out once for each bridge. */
function stationPorts(machine: Machine, ns: NetnsState, bridge: string): ReadonlyMap<string, string> {
  const memo = machine.stationPorts.of(ns, bridge);
  let ports = memo.get('learned');
  if (ports === undefined) memo.set('learned', (ports = readStationPorts(machine, ns, bridge)));
  return ports;
}

function readStationPorts(machine: Machine, ns: NetnsState, bridge: string): ReadonlyMap<string, string> {
  const ports = new Map<string, string>();
  for (const { iface } of learningPorts(ns, bridge))
    for (const { mac } of segmentOf(machine, ns, iface).stations.map((station) => station.iface))
      if (mac !== undefined && !ports.has(mac)) ports.set(mac, iface);
  return ports;
}

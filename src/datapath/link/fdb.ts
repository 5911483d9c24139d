import type { NetnsState } from '../netns-state.js';
import type { Walk } from '../walk.js';
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
  for (const port of ns.portsOf.get(bridge) ?? []) {
    if (!port.learning) continue;
    const segment = segmentOf(walk.machine, ns, port.iface);
    if (mac === OUTSIDE_MAC ? segment.uplinks.length > 0 : segment.stations.some((s) => s.iface.mac === mac)) return port.iface;
  }
  return entries.find((e) => e.dev !== bridge)?.dev;
}

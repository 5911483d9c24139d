import { familyOf, formatIp, type Family, type Ip } from '../../address/ip.js';
import type { BridgePort, NetInterface } from '../../model/link.js';
import type { HookName } from '../../model/netfilter.js';
import { segmentOf } from '../link/segment.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Walk } from '../walk/walk.js';

/** By which device a frame from outside comes in, or what nobody can tell of it. */
export type WayIn =
  | { readonly kind: 'device'; readonly dev: string }
  /** A port of a bridge, of which nothing tells which one it is. */
  | { readonly kind: 'port'; readonly port: BridgePort }
  | { readonly kind: 'missing'; readonly what: string };

const OF_FRAMES: readonly HookName[] = ['PREROUTING', 'INPUT', 'FORWARD'];

/** @returns chains, in words, to which it makes a difference by which port of a bridge a frame comes in. */
function seesPorts({ natives, portsOf }: NetnsState, bridge: string, family: Family): string | undefined {
  const [chain] = OF_FRAMES.flatMap((hook) => natives.bridgeChains(family, hook));
  if (chain !== undefined) return `table bridge ${chain.name}`;
  for (const { iface } of portsOf.get(bridge) ?? []) {
    const [below] = natives.deviceChains(family, 'INGRESS', iface);
    if (below !== undefined) return `table ${below.nft ?? 'netdev'} ${below.name}, at the ingress of ${iface}`;
  }
  return undefined;
}

/**
 * Whether a destination is a neighbour on a bridge's link: who is on the link as well sends it the frame itself, which goes from port to port
 * (br_forward) and never reaches the bridge's own device. Whether iptables sees it is up to bridge-nf-call-iptables.
 */
function isNeighbour(ns: NetnsState, bridge: string, dst: Ip): boolean {
  if (ns.owns(dst)) return false;
  const route = ns.routeTo(dst);
  return route.kind === 'unicast' && route.dev === bridge && route.via === undefined;
}

/** A port as the kernel makes it, in place of one that nothing tells apart from the others. */
function somePort({ name: bridge, origin }: NetInterface): BridgePort {
  const iface = `a port of ${bridge}`;
  return { iface, bridge, state: 'forwarding', hairpin: false, isolated: false, learning: true, flood: true, origin };
}

/**
 * Who stands behind a bridge comes in by one of its ports: the one that leads out of the host, where there is one such (br_handle_frame).
 * Which of several it is matters only to chains that frames of a bridge meet; where there are none, it is the bridge that is entered, or for
 * a neighbour on the link any port.
 */
export function wayIn({ machine }: Walk, ns: NetnsState, dev: string, src: Ip, dst: Ip): WayIn {
  const own: WayIn = { kind: 'device', dev };
  const iface = ns.interfaces.get(dev);
  if (iface?.detail.kind !== 'bridge') return own;
  const seen = seesPorts(ns, dev, familyOf(src));
  const bridged = isNeighbour(ns, dev, dst);
  if (seen === undefined && !bridged) return own;
  const leading = (ns.portsOf.get(dev) ?? []).filter((one) => one.state === 'forwarding' && leadsOut(machine, ns, one.iface));
  const [port, another] = leading;
  if (port !== undefined && another === undefined) return { kind: 'device', dev: port.iface };
  if (seen === undefined) return { kind: 'port', port: somePort(iface) };
  const name = formatIp(src);
  return {
    kind: 'missing',
    what: `by which port of ${dev} frames of ${name} come in, which ${seen} sees: \`--from ${name}@PORT\` names it`,
  };
}

function leadsOut(machine: Walk['machine'], ns: NetnsState, port: string): boolean {
  return segmentOf(machine, ns, port).uplinks.length > 0;
}

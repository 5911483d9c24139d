import { formatIp, type Family, type Ip } from '../../address/ip.js';
import type { HookName } from '../../model/netfilter.js';
import { segmentOf } from '../link/segment.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Walk } from '../walk/walk.js';

/** By which device a frame from outside comes in, or what nobody can tell of it. */
export type WayIn = { readonly kind: 'device'; readonly dev: string } | { readonly kind: 'missing'; readonly what: string };

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
 * Who stands behind a bridge comes in by one of its ports: the one that leads out of the host, where there is one such (br_handle_frame).
 * Which of several it is matters only to chains that frames of a bridge meet; where there are none, it is the bridge that is entered.
 */
export function wayIn({ machine }: Walk, ns: NetnsState, dev: string, src: Ip, family: Family): WayIn {
  const own: WayIn = { kind: 'device', dev };
  if (ns.interfaces.get(dev)?.detail.kind !== 'bridge') return own;
  const seen = seesPorts(ns, dev, family);
  if (seen === undefined) return own;
  const leading = (ns.portsOf.get(dev) ?? []).filter(({ iface, state }) => state === 'forwarding' && leadsOut(machine, ns, iface));
  const [port, another] = leading;
  if (port !== undefined && another === undefined) return { kind: 'device', dev: port.iface };
  const name = formatIp(src);
  return {
    kind: 'missing',
    what: `by which port of ${dev} frames of ${name} come in, which ${seen} sees: \`--from ${name}@PORT\` names it`,
  };
}

function leadsOut(machine: Walk['machine'], ns: NetnsState, port: string): boolean {
  return segmentOf(machine, ns, port).uplinks.length > 0;
}

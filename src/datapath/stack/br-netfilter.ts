import type { BridgePort } from '../../model/link.js';
import type { Fate } from '../walk/fate.js';
import { nfHook } from '../hook/hook.js';
import type { HookPlace } from '../hook/place.js';
import { isConnected } from '../link/neighbour.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';
import { routeInput } from './route-input.js';
import { withoutErrno } from './output.js';
import { resolveNextHop } from './solicit.js';

/** br_pass_frame_up: the bridge's own device takes the frame. */
export function passUp(walk: Walk, ns: NetnsState, { bridge, iface }: BridgePort, skb: Skb): void {
  walk.step(ns, skb, {
    kind: 'bridge',
    bridge,
    from: iface,
    to: [bridge],
    why: 'local',
    text: `the frame is addressed to ${bridge} itself`,
  });
  const device = ns.interfaces.get(bridge);
  if (device !== undefined) walk.sight(ns, skb, device, 'in');
}

/** br_nf_pre_routing_finish: a destination that DNAT changed is routed here and now. */
function afterDnat(walk: Walk, ns: NetnsState, bridge: string, skb: Skb): { readonly fate: Fate; readonly passesUp: boolean } | undefined {
  const route = routeInput(walk, ns, bridge, skb, true);
  if (route.kind === 'end') {
    // br_nf_pre_routing_finish_ipv6 frees what has no route; IPv4 hands it up for ip_error to answer
    const freed = skb.packet.family === 6 && route.noRoute;
    const why = { kind: 'bridge-not-routed', bridge, dst: skb.packet.dst } as const;
    return { fate: freed ? { kind: 'lost', ns, why } : route.fate, passesUp: !route.martian && !freed };
  }
  skb.dst = route.hit;
  if (route.hit.kind !== 'local' && route.hit.dev === bridge) {
    const nexthop = route.hit.via ?? skb.packet.dst;
    const answer = resolveNextHop(walk, ns, bridge, nexthop, skb.packet.src);
    if (answer.kind === 'missing') return { fate: { kind: 'missing', ns, what: answer.what }, passesUp: false };
    if (answer.kind !== 'mac')
      return {
        fate: { kind: 'lost', ns, why: { kind: 'no-neighbour', as: 'translated', bridge } },
        passesUp: false,
      };
    // the sender's own address stays on the frame (neigh_hh_bridge, br_nf_pre_routing_finish_bridge_slow)
    skb.packet.dstMac = answer.mac;
    skb.dst = undefined;
    // without a cached header the frame is sent by the bridge itself, which carries on with it (neigh->output, br_nf_dev_xmit)
    const device = ns.interfaces.get(bridge);
    if (device !== undefined && !isConnected(ns, bridge, nexthop)) walk.sight(ns, skb, device, 'out', { whileUnconfirmed: true });
    return undefined;
  }
  const own = ns.interfaces.get(bridge)?.mac;
  if (own !== undefined) skb.packet.dstMac = own;
  skb.packet.pkttype = 'host';
  return undefined;
}

/** br_nf_pre_routing and br_nf_pre_routing_finish: the rules of PREROUTING see a frame of a bridge's port. */
export function preRouting(walk: Walk, ns: NetnsState, port: BridgePort, skb: Skb): Fate | undefined {
  const { bridge } = port;
  const { pkttype, dst } = skb.packet;
  skb.physin = port.iface;
  if (pkttype === 'otherhost') skb.packet.pkttype = 'host';
  const fate = nfHook(walk, ns, skb, { hook: 'PREROUTING', in: bridge, out: '' });
  if (fate !== undefined) return fate;
  if (skb.packet.dst === dst) skb.packet.pkttype = pkttype;
  const routed = skb.packet.dst === dst ? undefined : afterDnat(walk, ns, bridge, skb);
  if (routed?.passesUp === true) passUp(walk, ns, port, skb);
  return routed?.fate;
}

/** br_nf_forward, br_nf_post_routing: to their rules a frame for somebody else counts as addressed here; no sender hears of a drop. */
export function bridgedHook(walk: Walk, ns: NetnsState, skb: Skb, at: HookPlace): Fate | undefined {
  const { pkttype } = skb.packet;
  if (pkttype === 'otherhost') skb.packet.pkttype = 'host';
  const fate = nfHook(walk, ns, skb, at);
  skb.packet.pkttype = pkttype;
  return fate?.kind === 'lost' ? withoutErrno(fate) : fate;
}

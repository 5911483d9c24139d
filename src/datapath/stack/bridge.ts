import type { BridgePort } from '../../model/link.js';
import type { Fate } from '../walk/fate.js';
import { flooded, netifRx, type Underway } from '../walk/underway.js';
import { bridgeHook, bridgeHookAround } from '../hook/below.js';
import { fdbPort } from '../link/fdb.js';
import { behindUnseen, vlanChild } from '../link/segment.js';
import { tagOnEgress, vlanAdmits, vlanOfIngress } from '../link/vlan.js';
import type { NetnsState } from '../machine/netns-state.js';
import { causeOf, wordsOf, type Reason } from '../reasons/reason.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';
import { bridgedHook, passUp, preRouting } from './br-netfilter.js';
import { cloneSkb, deviceXmit } from './device.js';
import { ipReceive } from './input.js';

/** br_netfilter's switch for a family; without the module there is none and bridged packets meet no iptables. */
function callsIptables(walk: Walk, ns: NetnsState, family: 4 | 6): boolean {
  const name = family === 4 ? 'net.bridge.bridge-nf-call-iptables' : 'net.bridge.bridge-nf-call-ip6tables';
  return walk.setting(ns, name, ns.sysctls.get(name), 0, true);
}

type Target =
  | { readonly kind: 'local' }
  | { readonly kind: 'ports'; readonly ports: readonly BridgePort[]; readonly why: 'fdb' | 'flood' }
  | { readonly kind: 'blocked'; readonly why: Reason }
  | { readonly kind: 'unshown'; readonly port: string };

/** should_deliver (net/bridge/br_forward.c). */
function mayLeave(ns: NetnsState, port: BridgePort, ingress: BridgePort | undefined, vid: number | undefined): Reason | undefined {
  if (port.state !== 'forwarding') return { kind: 'port-state', dev: port.iface, state: port.state };
  if (!(ns.interfaces.get(port.iface)?.up ?? false)) return { kind: 'link-down', dev: port.iface, isPort: true };
  if (port.iface === ingress?.iface && !port.hairpin) return { kind: 'hairpin-off', dev: port.iface };
  if (ingress?.isolated === true && port.isolated) return { kind: 'ports-isolated', from: ingress.iface, to: port.iface };
  if (vid !== undefined && !vlanAdmits(ns, port.iface, vid)) return { kind: 'vlan', at: 'port', dev: port.iface, vid };
  return undefined;
}

function chooseTarget(
  walk: Walk,
  ns: NetnsState,
  bridge: string,
  skb: Skb,
  ingress: BridgePort | undefined,
  vid: number | undefined,
): Target {
  const { dstMac } = skb.packet;
  const device = ns.interfaces.get(bridge);
  if (ingress !== undefined && (dstMac === undefined || dstMac === device?.mac)) return { kind: 'local' };
  const dev = dstMac === undefined ? undefined : fdbPort(walk, ns, bridge, dstMac);
  if (dev === '' || dev === bridge) return { kind: 'local' };
  const ports = ns.portsOf.get(bridge) ?? [];
  if (dev !== undefined) {
    const member = ns.ports.get(dev);
    const port = member?.bridge === bridge ? member : undefined;
    if (port === undefined) return { kind: 'blocked', why: { kind: 'no-port', bridge, port: dev } };
    const why = mayLeave(ns, port, ingress, vid);
    if (why?.kind === 'hairpin-off' && port.switchesUnshown === true) return { kind: 'unshown', port: port.iface };
    return why === undefined ? { kind: 'ports', ports: [port], why: 'fdb' } : { kind: 'blocked', why };
  }
  return { kind: 'ports', ports: ports.filter((p) => p.flood && mayLeave(ns, p, ingress, vid) === undefined), why: 'flood' };
}

function blocked(walk: Walk, ns: NetnsState, bridge: string, from: string, skb: Skb, why: Reason): Fate {
  walk.step(ns, skb, { kind: 'bridge', bridge, from, to: [], why: 'blocked', text: wordsOf(why), cause: causeOf(why) });
  return { kind: 'lost', ns, why };
}

/** A frame would go back by the port that it came from, and no listing tells whether that is allowed. */
function unshown(ns: NetnsState, port: string): Fate {
  return { kind: 'missing', ns, what: `whether hairpin mode of ${ns.name}'s ${port} is on, which \`bridge -d link\` shows` };
}

/** Sends a frame by the ports chosen; of a flood, the copy that somebody takes tells how it ends. */
function sendByPorts(
  walk: Walk,
  ns: NetnsState,
  bridge: string,
  ports: readonly BridgePort[],
  skb: Skb,
  vid: number | undefined,
): Underway {
  const send = (port: BridgePort): Underway => {
    const copy = ports.length === 1 ? skb : cloneSkb(skb);
    copy.vlan = tagOnEgress(ns, port.iface, vid, skb.vlan);
    const devices = { in: '', out: port.iface };
    return (
      bridgeHook(walk, ns, copy, 'OUTPUT', devices) ??
      bridgeHook(walk, ns, copy, 'POSTROUTING', devices) ??
      deviceXmit(walk, ns, port.iface, copy)
    );
  };
  return flooded(ports, send, (fates) => {
    const taken = fates.find((f) => f.kind !== 'lost');
    if (taken !== undefined) return taken;
    const what = behindUnseen(ns, bridge);
    if (what !== undefined) return { kind: 'missing', ns, what };
    return fates[0] ?? { kind: 'lost', ns, why: { kind: 'no-port', bridge: undefined } };
  });
}

/** br_dev_xmit: the namespace itself sends by its bridge. */
export function bridgeXmit(walk: Walk, ns: NetnsState, bridge: string, skb: Skb): Underway {
  const vid = vlanOfIngress(ns, bridge, bridge, skb.vlan);
  if (vid === 0) return blocked(walk, ns, bridge, '', skb, { kind: 'vlan', at: 'bridge out', dev: bridge });
  const target = chooseTarget(walk, ns, bridge, skb, undefined, vid);
  if (target.kind === 'blocked') return blocked(walk, ns, bridge, '', skb, target.why);
  if (target.kind === 'unshown') return unshown(ns, target.port);
  if (target.kind === 'local') return { kind: 'lost', ns, why: { kind: 'dead-end', of: 'itself', dev: bridge } };
  noteBridging(walk, ns, skb, bridge, '', target);
  return sendByPorts(walk, ns, bridge, target.ports, skb, vid);
}

function noteBridging(
  walk: Walk,
  ns: NetnsState,
  skb: Skb,
  bridge: string,
  from: string,
  target: Extract<Target, { kind: 'ports' }>,
): void {
  const { why, ports } = target;
  const to = ports.map((p) => p.iface);
  const text =
    why === 'fdb'
      ? `the forwarding database says ${to.join()}`
      : `the forwarding database does not know the address: flooded to ${to.join(', ') || 'no port'}`;
  const { leg, reply } = skb;
  walk.note({ kind: 'bridge', bridge, from, to, why, text, netns: ns.name, leg, reply, packet: walk.view(skb) });
}

/** br_forward and br_nf_forward, br_nf_post_routing: from port to port, through FORWARD where br_netfilter is on. */
function bridgeForward(
  walk: Walk,
  ns: NetnsState,
  ingress: BridgePort,
  skb: Skb,
  target: Extract<Target, { kind: 'ports' }>,
  netfilter: boolean,
  vid: number | undefined,
): Underway {
  const { bridge } = ingress;
  noteBridging(walk, ns, skb, bridge, ingress.iface, target);
  const send = (port: BridgePort): Underway => {
    const copy = target.ports.length === 1 ? skb : cloneSkb(skb);
    copy.physout = port.iface;
    copy.vlan = tagOnEgress(ns, port.iface, vid, skb.vlan);
    const between = { in: ingress.iface, out: port.iface };
    const filtered = netfilter && copy.vlan === undefined;
    const forward = (): Fate | undefined =>
      filtered ? bridgedHook(walk, ns, copy, { hook: 'FORWARD', in: bridge, out: bridge }) : undefined;
    return (
      bridgeHookAround(walk, ns, copy, 'FORWARD', between, forward) ??
      bridgeHook(walk, ns, copy, 'POSTROUTING', { in: '', out: port.iface }) ??
      (filtered ? bridgedHook(walk, ns, copy, { hook: 'POSTROUTING', in: '', out: bridge, frame: true }) : undefined) ??
      deviceXmit(walk, ns, port.iface, copy)
    );
  };
  return flooded(target.ports, send, (fates) => {
    const what = fates.length === 0 ? behindUnseen(ns, bridge) : undefined;
    if (what !== undefined) return { kind: 'missing', ns, what };
    return fates.find((f) => f.kind !== 'lost') ?? fates[0] ?? { kind: 'lost', ns, why: { kind: 'no-port', bridge } };
  });
}

/** vlan_do_receive: a frame that reaches the bridge's own device with its tag on goes to the VLAN device on it. */
function taggedReceive(walk: Walk, ns: NetnsState, bridge: string, skb: Skb): Underway {
  const child = skb.vlan === undefined ? undefined : vlanChild(walk.machine, ns, bridge, skb.vlan);
  if (child === undefined) return blocked(walk, ns, bridge, bridge, skb, { kind: 'vlan', at: 'device', dev: bridge, tag: skb.vlan ?? 0 });
  skb.vlan = undefined;
  return netifRx(child.ns, child.iface.name, skb);
}

/** br_pass_frame_up: the frame goes on as one that the bridge's own device received. */
function receiveLocally(walk: Walk, ns: NetnsState, port: BridgePort, skb: Skb, vid: number | undefined, netfilter: boolean): Underway {
  const { bridge } = port;
  passUp(walk, ns, port, skb);
  skb.packet.pkttype = 'host';
  skb.vlan = tagOnEgress(ns, bridge, vid, skb.vlan);
  return skb.vlan === undefined ? ipReceive(walk, ns, bridge, skb, netfilter) : taggedReceive(walk, ns, bridge, skb);
}

/** br_handle_frame and br_handle_frame_finish: a frame comes in by a bridge's port. */
export function bridgeInput(walk: Walk, ns: NetnsState, port: BridgePort, skb: Skb): Underway {
  const { bridge } = port;
  const device = ns.interfaces.get(bridge);
  if (device === undefined) return { kind: 'missing', ns, what: `bridge ${bridge} of ${ns.name}` };
  if (!device.up) return blocked(walk, ns, bridge, port.iface, skb, { kind: 'link-down', dev: bridge });
  if (port.state !== 'forwarding')
    return blocked(walk, ns, bridge, port.iface, skb, { kind: 'port-state', dev: port.iface, state: port.state });
  const vid = vlanOfIngress(ns, bridge, port.iface, skb.vlan);
  if (vid === 0) return blocked(walk, ns, bridge, port.iface, skb, { kind: 'vlan', at: 'port in', dev: port.iface, tag: skb.vlan });
  const netfilter = skb.vlan === undefined && callsIptables(walk, ns, skb.packet.family);
  // br_handle_frame: a port has another address than its bridge
  if (device.mac !== undefined && skb.packet.dstMac === device.mac) skb.packet.pkttype = 'host';
  const calls = (): Fate | undefined => (netfilter ? preRouting(walk, ns, port, skb) : undefined);
  const stopped = bridgeHookAround(walk, ns, skb, 'PREROUTING', { in: port.iface, out: '' }, calls);
  if (stopped !== undefined) return stopped;
  const target = chooseTarget(walk, ns, bridge, skb, port, vid);
  switch (target.kind) {
    case 'blocked':
      return blocked(walk, ns, bridge, port.iface, skb, target.why);
    case 'unshown':
      return unshown(ns, target.port);
    case 'local':
      if (vid !== undefined && !vlanAdmits(ns, bridge, vid))
        return blocked(walk, ns, bridge, port.iface, skb, { kind: 'vlan', at: 'bridge', dev: bridge, vid });
      return bridgeHook(walk, ns, skb, 'INPUT', { in: port.iface, out: '' }) ?? receiveLocally(walk, ns, port, skb, vid, netfilter);
    case 'ports':
      return bridgeForward(walk, ns, port, skb, target, netfilter, vid);
  }
}

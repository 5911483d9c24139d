import { programsAt } from '../../inventory/index.js';
import type { NetInterface } from '../../model/link.js';
import type { Fate } from '../walk/fate.js';
import { netifRx, type Underway, type WaitingFrame } from '../walk/underway.js';
import { deviceHook } from '../hook/below.js';
import { tunnelEndsHere } from '../link/tunnel.js';
import { leadsToMissing, spaceBehind, vlanChild } from '../link/segment.js';
import { endUnlisted } from '../link/unlisted-end.js';
import { untranslated } from '../link/untranslated.js';
import type { Device } from '../machine/device.js';
import type { NetnsState } from '../machine/netns-state.js';
import { causeOf, wordsOf, type Reason } from '../reasons/reason.js';
import { newSkb, scrub, type Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';

const MOST_HOPS = 128;
const MOST_FRAMES = 4096;
const MOST_HANDED = 3;
const CIRCLE = { kind: 'circle' } as const;

function lost(walk: Walk, ns: NetnsState, skb: Skb, where: string, why: Reason): Fate {
  walk.step(ns, skb, { kind: 'drop', where, text: wordsOf(why), cause: causeOf(why) });
  return { kind: 'lost', ns, why };
}

/** eth_type_trans: what the frame's destination makes of the packet on this device. */
function classify(skb: Skb, iface: NetInterface): void {
  const { dstMac } = skb.packet;
  if (dstMac === undefined || iface.mac === undefined || dstMac === iface.mac) skb.packet.pkttype = 'host';
  else if (dstMac === 'ff:ff:ff:ff:ff:ff') skb.packet.pkttype = 'broadcast';
  else skb.packet.pkttype = (Number.parseInt(dstMac.slice(0, 2), 16) & 1) === 1 ? 'multicast' : 'otherhost';
}

/** A frame crosses to another device, perhaps into another namespace (veth_xmit with __dev_forward_skb). */
function cross(walk: Walk, ns: NetnsState, dev: string, to: Device, skb: Skb, how: string): WaitingFrame {
  const { leg, reply } = skb;
  const packet = walk.view(skb);
  walk.note({ kind: 'link', iface: dev, peerNetns: to.ns.name, peerIface: to.iface.name, how, netns: ns.name, leg, reply, packet });
  scrub(skb, to.ns !== ns);
  skb.handed = 0;
  return netifRx(to.ns, to.iface.name, skb);
}

function leave(walk: Walk, ns: NetnsState, dev: string, skb: Skb): Fate {
  const foreign = skb.reply ? undefined : untranslated(walk.machine, ns, dev, skb.packet.src);
  walk.step(ns, skb, {
    kind: 'leave',
    iface: dev,
    text: `leaves ${ns.name} by ${dev}`,
    ...(foreign !== undefined && { untranslated: foreign }),
  });
  return { kind: 'left', ns, skb, dev };
}

function findChild(walk: Walk, lower: Device, kind: 'macvlan' | 'ipvlan', wants: (child: Device) => boolean): Device | undefined {
  return walk.machine.children(lower.ns, lower.iface.name).find((c) => c.iface.detail.kind === kind && c.iface.up && wants(c));
}

function bridges({ detail }: NetInterface): boolean {
  return detail.kind === 'macvlan' && detail.mode === 'bridge';
}

/** macvlan_start_xmit: a sibling in bridge mode gets the frame by the lower device's taps, all else goes out to the wire. */
function macvlanXmit(walk: Walk, ns: NetnsState, iface: NetInterface, skb: Skb): Underway {
  const lower = walk.machine.lower(ns, iface.name);
  if (lower === undefined) return leave(walk, ns, iface.name, skb);
  const sibling = findChild(
    walk,
    lower,
    'macvlan',
    (c) => c.iface.mac === skb.packet.dstMac && bridges(c.iface) && c.iface.name + c.ns.name !== iface.name + ns.name,
  );
  scrub(skb, lower.ns !== ns);
  if (sibling !== undefined && bridges(iface)) return netifRx(lower.ns, lower.iface.name, skb);
  return deviceXmit(walk, lower.ns, lower.iface.name, skb);
}

/** ipvlan_queue_xmit: siblings are told apart by address; l3 modes are routed by the lower device's namespace. */
function ipvlanXmit(walk: Walk, ns: NetnsState, iface: NetInterface, skb: Skb): Underway {
  const lower = walk.machine.lower(ns, iface.name);
  if (lower === undefined) return leave(walk, ns, iface.name, skb);
  const { dst } = skb.packet;
  const mode = iface.detail.kind === 'ipvlan' ? iface.detail.mode : 'l2';
  const sibling = findChild(walk, lower, 'ipvlan', (c) => c.ns.ownsOn(c.iface.name, dst));
  const toSelf = mode !== 'l2' || skb.packet.dstMac === iface.mac;
  scrub(skb, lower.ns !== ns);
  if (sibling !== undefined && toSelf) return cross(walk, ns, iface.name, sibling, skb, `ipvlan on ${lower.iface.name}`);
  if (mode !== 'l2') return walk.stack.localOut(walk, lower.ns, skb, { oif: lower.iface.name });
  if (toSelf) return netifRx(lower.ns, lower.iface.name, skb);
  return deviceXmit(walk, lower.ns, lower.iface.name, skb);
}

/** nf_fwd_netdev_egress: rules of the device that the frame is handed to may hand it on, so often (NF_RECURSION_LIMIT). */
function handOver(walk: Walk, ns: NetnsState, dev: string, skb: Skb): Underway {
  if (++skb.handed > MOST_HANDED) return lost(walk, ns, skb, dev, CIRCLE);
  return deviceXmit(walk, ns, dev, skb);
}

/** A link without carrier has a queue that discards (noop_qdisc); bridges, loopback and veth pairs in the snapshot have none. */
function leadsOut(walk: Walk, ns: NetnsState, { name, detail }: NetInterface): boolean {
  return detail.kind !== 'bridge' && detail.kind !== 'loopback' && walk.machine.peer(ns, name) === undefined;
}

/** dev_queue_xmit: hands a frame to a device, by kind. */
export function deviceXmit(walk: Walk, ns: NetnsState, dev: string, skb: Skb): Underway {
  const iface = ns.interfaces.get(dev);
  if (iface === undefined) return { kind: 'missing', ns, what: ns.interfaceLack(dev) };
  if (!iface.up) return lost(walk, ns, skb, dev, { kind: 'link-down', dev, netns: ns.name });
  if (!iface.carrier && leadsOut(walk, ns, iface)) return lost(walk, ns, skb, dev, { kind: 'no-carrier', dev, netns: ns.name });
  if (++skb.hops > MOST_HOPS) return lost(walk, ns, skb, dev, CIRCLE);
  const programs = programsAt(ns.interfaces, iface, 'out');
  if (programs !== undefined) return { kind: 'missing', ns, what: programs };
  const stopped = ns.natives.isEmpty ? undefined : deviceHook(walk, ns, skb, 'EGRESS', dev, (to) => handOver(walk, ns, to, skb));
  if (stopped !== undefined) return stopped;
  walk.sight(ns, skb, iface, 'out');
  switch (iface.detail.kind) {
    case 'loopback':
      return netifRx(ns, dev, skb);
    case 'bridge':
      return walk.stack.bridgeXmit(walk, ns, dev, skb);
    case 'macvlan':
      return macvlanXmit(walk, ns, iface, skb);
    case 'ipvlan':
      return ipvlanXmit(walk, ns, iface, skb);
    case 'vlan': {
      const lower = walk.machine.lower(ns, dev);
      skb.vlan = iface.detail.vid;
      return lower === undefined ? leave(walk, ns, dev, skb) : deviceXmit(walk, lower.ns, lower.iface.name, skb);
    }
    case 'veth':
    case 'ether':
    case 'vxlan':
    case 'other': {
      const peer = walk.machine.peer(ns, dev);
      if (peer !== undefined) return cross(walk, ns, dev, peer, skb, 'veth');
      const overlay = walk.machine.overlay(ns, dev);
      const member = overlay?.members.find((m) => m.iface !== iface && m.iface.mac === skb.packet.dstMac);
      if (overlay !== undefined && member !== undefined)
        return cross(walk, ns, dev, member, skb, `overlay network ${overlay.network}, as docker inspect has it`);
      if (iface.detail.kind === 'other' && iface.detail.name === 'dummy')
        return lost(walk, ns, skb, dev, { kind: 'dead-end', of: 'dummy', dev });
      if (tunnelEndsHere(ns, iface)) return lost(walk, ns, skb, dev, { kind: 'dead-end', of: 'tunnel', dev, netns: ns.name });
      if (leadsToMissing(ns, iface)) return { kind: 'missing', ns, what: spaceBehind(`${ns.name}'s ${dev}`) };
      const unlisted = endUnlisted(walk.machine, ns, iface);
      if (unlisted !== undefined) return { kind: 'missing', ns, what: unlisted };
      return leave(walk, ns, dev, skb);
    }
  }
}

/** The stacked device that takes a frame before the IP stack sees it (macvlan_handle_frame, ipvlan_handle_frame). */
function stackedReceiver(walk: Walk, device: Device, skb: Skb): Device | undefined {
  if (walk.machine.children(device.ns, device.iface.name).length === 0) return undefined;
  return (
    findChild(walk, device, 'macvlan', (c) => c.iface.mac === skb.packet.dstMac) ??
    findChild(walk, device, 'ipvlan', (c) => c.ns.ownsOn(c.iface.name, skb.packet.dst))
  );
}

/** __netif_receive_skb_core: a frame comes in by a device. */
export function deviceReceive(walk: Walk, ns: NetnsState, dev: string, skb: Skb): Underway {
  const iface = ns.interfaces.get(dev);
  if (iface === undefined) return { kind: 'missing', ns, what: ns.interfaceLack(dev) };
  if (!iface.up) return lost(walk, ns, skb, dev, { kind: 'link-down', dev, netns: ns.name });
  if (++skb.hops > MOST_HOPS || ++walk.received > MOST_FRAMES) return lost(walk, ns, skb, dev, CIRCLE);
  const programs = programsAt(ns.interfaces, iface, 'in');
  if (programs !== undefined) return { kind: 'missing', ns, what: programs };
  walk.sight(ns, skb, iface, 'in');
  classify(skb, iface);
  const stopped = ns.natives.isEmpty ? undefined : deviceHook(walk, ns, skb, 'INGRESS', dev, (to) => handOver(walk, ns, to, skb));
  if (stopped !== undefined) return stopped;
  if (skb.vlan !== undefined) {
    const tagged = vlanChild(walk.machine, ns, dev, skb.vlan);
    if (tagged !== undefined) {
      skb.vlan = undefined;
      return netifRx(tagged.ns, tagged.iface.name, skb);
    }
  }
  const stacked = stackedReceiver(walk, { ns, iface }, skb);
  if (stacked !== undefined) {
    if (stacked.ns !== ns) skb.packet.mark = 0;
    return netifRx(stacked.ns, stacked.iface.name, skb);
  }
  const port = ns.ports.get(dev);
  if (port !== undefined) return walk.stack.bridgeInput(walk, ns, port, skb);
  if (skb.vlan !== undefined) return lost(walk, ns, skb, dev, { kind: 'vlan', at: 'device', dev, netns: ns.name, tag: skb.vlan });
  if (skb.packet.pkttype === 'otherhost') {
    const { dstMac: mac, dst } = skb.packet;
    return lost(walk, ns, skb, dev, { kind: 'other-station', dev, netns: ns.name, mac, dst });
  }
  return walk.stack.ipReceive(walk, ns, dev, skb, false);
}

/** @returns a copy of a frame for flooding; connection entries stay shared, as skb_clone leaves them. */
export function cloneSkb(skb: Skb): Skb {
  const copy = newSkb({ ...skb.packet }, skb.leg, skb.reply, skb.socket);
  return Object.assign(copy, {
    ct: skb.ct,
    untracked: skb.untracked,
    template: skb.template,
    vlan: skb.vlan,
    physin: skb.physin,
    physout: skb.physout,
    related: skb.related,
    hops: skb.hops,
    handed: skb.handed,
  });
}

import { contains, familyOf, formatIp, prefixOf } from '../../address/ip.js';
import type { Host, ListeningSocket, Netns } from '../../model/host.js';
import { isHostNetns } from '../../model/netns.js';
import type { DialTarget, ListenRequest } from '../agent/protocol.js';
import { planAddresses } from './addresses.js';
import { planBridging } from './bridging.js';
import { planLinks, type TwinName, type Peers } from './links.js';
import { planNative } from './native.js';
import { planIpsets, planRulesets } from './netfilter.js';
import { words } from '../write/words.js';
import { OUTSIDE, type Gap, type TwinPlan } from './plan.js';
import { planRouting } from './routing.js';
import { planSysctls } from './sysctls.js';

/** Where a proxy dials, and whether it answers datagrams from the address they were sent to. */
export interface Dial extends DialTarget {
  readonly answersAsAsked: boolean;
}

/** What the plan needs to know beyond the snapshot itself, and the datapath finds out. */
export interface PlanInput {
  readonly peers: Peers;
  /** Where a socket of the host that is a docker-proxy dials; `mute`: it only holds the port. */
  dialOf(netns: string, socket: ListeningSocket): Dial | 'mute' | undefined;
}

/** Addresses that a socket is opened on: all at once, or each by itself where it answers from the one it was asked at. */
function socketAddresses(netns: Netns, socket: ListeningSocket, dial: Dial | 'mute' | undefined): readonly (string | undefined)[] {
  if (socket.ip !== undefined) return [formatIp(socket.ip)];
  if (socket.proto === 'tcp' || dial === undefined || dial === 'mute' || !dial.answersAsAsked) return [undefined];
  const own = netns.interfaces.flatMap((i) => i.addresses).filter((a) => familyOf(a.ip) === socket.family && a.scope !== 'link');
  return own.map((a) => formatIp(a.ip));
}

function listenersOf(netns: Netns, input: PlanInput, gaps: Gap[]): readonly ListenRequest[] {
  return netns.sockets.flatMap((socket) => {
    const { proto, family, dualStack, port } = socket;
    const dial = input.dialOf(netns.name, socket);
    if (socket.dev !== undefined)
      gaps.push({
        what: `${netns.name}: ${proto} port ${port} of ${socket.dev}`,
        why: 'a socket bound to a device listens on all of them here',
      });
    const target = dial === undefined ? {} : dial === 'mute' ? { mute: true } : { dial: { host: dial.host, port: dial.port } };
    return socketAddresses(netns, socket, dial).map((ip) => ({
      proto,
      family,
      ...(ip !== undefined && { ip }),
      dualStack,
      port,
      ...target,
    }));
  });
}

/**
 * What other namespaces have on the subnets of this one's bridges, and the host's gateways: on a host in use, the kernel knows
 * those neighbours. An answer that bears a loopback address is lost without: so would its ARP query (arp_solicit), which no
 * Linux machine answers.
 */
function knownNeighbours(host: Host, netns: Netns): readonly string[] {
  const bridges = netns.interfaces.filter((i) => i.detail.kind === 'bridge' && i.up);
  const subnets = bridges.flatMap((i) => i.addresses.map((a) => prefixOf(a.ip, a.prefixLength)));
  const others = [...host.netns.values()].filter((n) => n !== netns).flatMap((n) => n.interfaces.flatMap((i) => i.addresses));
  const beside = others.filter((a) => a.scope !== 'link' && subnets.some((subnet) => contains(subnet, a.ip))).map((a) => a.ip);
  const gateways = isHostNetns(netns.name) ? netns.routes.flatMap((route) => route.nexthops.flatMap((hop) => hop.via ?? [])) : [];
  return [...new Set([...beside, ...gateways])].filter((ip) => typeof ip === 'number' || ip >> 118n !== 0x3fan).map((ip) => formatIp(ip));
}

/** @returns the name of a namespace inside the sandbox: containers may be called anything. */
export function netnsNames(host: Host): TwinName {
  const numbers = new Map([OUTSIDE, ...host.netns.keys()].map((name, i) => [name, `n${i}`]));
  return (name) => numbers.get(name) ?? 'n0';
}

/** @returns the commands that rebuild a host, and what of it they cannot. */
export function planTwin(host: Host, input: PlanInput): TwinPlan {
  const ns = netnsNames(host);
  const links = planLinks(host, input.peers, ns);
  const gaps: Gap[] = [...links.gaps];
  const namespaces = [...host.netns.values()].map((netns) => {
    const { rulesets, gaps: unbuilt } = planRulesets(netns);
    const { lines: ipset, gaps: unmade } = planIpsets(netns);
    const { native, gaps: unwritten } = planNative(netns);
    gaps.push(...unbuilt, ...unmade, ...unwritten);
    const routing = planRouting(netns);
    return {
      name: netns.name,
      stacked: links.stacked.get(netns.name) ?? [],
      sysctls: planSysctls(netns),
      ip: [...planAddresses(netns, links.uplinks), ...routing.ip],
      ip6: routing.ip6,
      rules: routing.rules,
      rules6: routing.rules6,
      bridge: planBridging(netns),
      known: knownNeighbours(host, netns),
      ipset,
      rulesets,
      ...(native !== undefined && { native }),
      listeners: listenersOf(netns, input, gaps),
    };
  });
  const made = [OUTSIDE, ...host.netns.keys()].map((name) => ({ words: words`netns add ${ns(name)}`, what: `namespace ${name}` }));
  return { base: [...made, ...links.base], namespaces, uplinks: links.uplinks, gaps };
}

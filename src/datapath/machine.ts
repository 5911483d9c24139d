import type { Host } from '../model/host.js';
import type { NetInterface } from '../model/link.js';
import { NetnsState } from './netns-state.js';
import type { Answers } from './oracle.js';
import { findPeers, peerKey, type PeerEnd } from './peers.js';

export interface MachineOptions {
  /** `--assume`: category to word. */
  readonly assume?: Answers;
}

/** An interface in a namespace. */
export interface Device {
  readonly ns: NetnsState;
  readonly iface: NetInterface;
}

/** A host made ready for walks: namespaces indexed, devices joined. Holds no state of any walk. */
export interface Machine {
  readonly host: Host;
  readonly answers: Answers;
  readonly namespaces: ReadonlyMap<string, NetnsState>;
  /** @returns the namespace of the host itself. */
  readonly root: NetnsState;
  /** @returns the other end of a veth pair. */
  peer(ns: NetnsState, iface: string): Device | undefined;
  /** @returns the macvlan and ipvlan devices that sit on a lower device. */
  children(ns: NetnsState, lower: string): readonly Device[];
  /** @returns the lower device of a macvlan, ipvlan or VLAN device, where the snapshot holds it. */
  lower(ns: NetnsState, iface: string): Device | undefined;
}

function emptyNamespace(name: string): NetnsState {
  const none = new Map();
  const empty = { interfaces: [], routes: [], rules: [], neighbours: [], bridgePorts: [], fdb: [], vlans: [], sockets: [], rulesets: [], foreign: [] };
  return new NetnsState({ name, ...empty, sysctl: none, ipsets: none, sources: none });
}

const STACKED: ReadonlySet<string> = new Set(['macvlan', 'ipvlan', 'vlan']);

/** A stacked device names its lower one by index, in its own namespace or, moved into a container, in the host's. */
function lowerOf(namespaces: ReadonlyMap<string, NetnsState>, ns: NetnsState, iface: NetInterface): Device | undefined {
  const home = iface.linkNetnsId === undefined ? ns : namespaces.get('host');
  for (const candidate of home?.interfaces.values() ?? []) {
    if (iface.linkName === undefined ? candidate.index === iface.linkIndex : candidate.name === iface.linkName) return { ns: home!, iface: candidate };
  }
  return undefined;
}

/**
 * Makes a parsed host ready for tracing.
 * @param host as the snapshot shows it; not changed.
 */
export function createMachine(host: Host, options: MachineOptions = {}): Machine {
  const namespaces = new Map([...host.netns.values()].map((netns) => [netns.name, new NetnsState(netns)]));
  const peers = findPeers(host);
  const deviceAt = (end: PeerEnd | undefined): Device | undefined => {
    const ns = end && namespaces.get(end.netns);
    const iface = end && ns?.interfaces.get(end.iface);
    return ns && iface && { ns, iface };
  };
  const lowers = new Map<string, Device>();
  const children = new Map<string, Device[]>();
  for (const ns of namespaces.values()) {
    for (const iface of ns.interfaces.values()) {
      if (!STACKED.has(iface.detail.kind)) continue;
      const lower = lowerOf(namespaces, ns, iface);
      if (lower === undefined) continue;
      lowers.set(peerKey(ns.name, iface.name), lower);
      const key = peerKey(lower.ns.name, lower.iface.name);
      children.set(key, [...(children.get(key) ?? []), { ns, iface }]);
    }
  }
  const root = namespaces.get('host') ?? emptyNamespace('host');
  return {
    host,
    answers: options.assume ?? new Map(),
    namespaces,
    root,
    peer: (ns, iface) => deviceAt(peers.get(peerKey(ns.name, iface))),
    children: (ns, lower) => children.get(peerKey(ns.name, lower)) ?? [],
    lower: (ns, iface) => lowers.get(peerKey(ns.name, iface)),
  };
}

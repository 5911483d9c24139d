import type { Family, Ip } from '../../address/ip.js';
import type { Container, Host } from '../../model/host.js';
import { HOST_NETNS } from '../../model/netns.js';
import type { Answers } from '../walk/answers.js';
import type { Device } from './device.js';
import { whoMayChange, endpointOn, onLoneOverlay } from '../../inventory/index.js';
import { withInspectedContainers } from '../inspected/index.js';
import { AddressHolders } from '../link/address-holders.js';
import type { NeighbourAnswer } from '../link/neighbour-answer.js';
import type { BroadcastSegment } from '../link/segment-type.js';
import { LowerDevices } from './lower-devices.js';
import { NetnsMemo } from './netns-memo.js';
import { NetnsState } from './netns-state.js';
import { Toil } from '../walk/toil.js';
import { IpTexts } from '../walk/packet-text.js';
import { findVethEnds, peerKey, type UnclearEnd, type VethEnds } from './peers.js';
import { KnownEndpoints } from '../endpoints/known.js';
import { withUnread } from '../trace/grounds.js';

export interface MachineOptions {
  /** `--assume`: category to word. */
  readonly assume?: Answers;
  /** That of another machine, of which this is what it would be: both are walked for one question. */
  readonly toil?: Toil;
}

/** An overlay network's bridge lives in a namespace that no snapshot holds; docker inspect tells who is on it. */
export interface OverlayPort {
  readonly network: string;
  readonly members: readonly Device[];
  /** Addresses of Docker's own there, where nobody else can be on it than who is listed; absent where others may be. */
  readonly own?: ReadonlySet<Ip>;
}

/** A host made ready for walks: namespaces indexed, devices joined. Holds no state of any walk, only what follows from the host. */
export interface Machine {
  /** Whether POSTROUTING sees the input device: ip_output passes it since Linux 5.8 (commit 28f8bfd1ac94). */
  readonly postroutingSeesInput: boolean;
  /** Whether there may be net.ipv6.conf.*.force_forwarding: since Linux 6.17. */
  readonly hasForceForwarding: boolean;
  /** Settings that `docker info` repeats, for snapshots without sysctl. */
  readonly dockerInfo: ReadonlyMap<string, boolean>;
  /** What broadcasts reach that a device sends, and those that come in by it: kept once found. */
  readonly segments: NetnsMemo<'sent' | 'received', BroadcastSegment>;
  /** The only station that each port of a bridge leads to, where there is one: kept once found. */
  readonly leaves: NetnsMemo<string, Device | undefined>;
  /** Which namespaces may answer for an address. */
  readonly holders: AddressHolders;
  /** Who answers for an address on a device: kept once found. */
  readonly neighbours: NetnsMemo<Ip, NeighbourAnswer>;
  /** By which port of a bridge a link-layer address is reached: kept once found. */
  readonly portsByMac: NetnsMemo<string, string | undefined>;
  /** By which port of a bridge the stations of the snapshot are reached, by their link-layer addresses, once one was asked for. */
  readonly stationPorts: NetnsMemo<'learned', ReadonlyMap<string, string>>;
  /** From which link-layer address an outside machine's packets come in by a device: kept once found. */
  readonly outsideMacs: NetnsMemo<Ip, string>;
  /** Names and addresses of requests, as they were resolved so far. */
  readonly endpoints: KnownEndpoints;
  readonly texts: IpTexts;
  /** What was walked so far, and how much more may be for the question that is asked. */
  readonly toil: Toil;
  /** Files that were not understood, or not wholly, to be spread into every answer. */
  readonly unread: ReturnType<typeof withUnread>;
  /** Who may have written rules and routes of its own, by namespace. */
  readonly mayChange: ReadonlyMap<string, Container>;
  /** Whether any policy rule looks at ports. */
  readonly routesByPort: boolean;
  /** An address outside every subnet, by family, once one was asked for. */
  readonly somewhere: Map<Family, Ip>;
  readonly host: Host;
  readonly answers: Answers;
  readonly namespaces: ReadonlyMap<string, NetnsState>;
  /** @returns the namespace of the host itself. */
  readonly root: NetnsState;
  /** @returns the namespace that holds an address; loopback addresses are everybody's, so they name nobody. */
  ownerOf(ip: Ip): NetnsState | undefined;
  /** @returns the other end of a veth pair. */
  peer(ns: NetnsState, iface: string): Device | undefined;
  /** @returns the pair that a device belongs to, where the snapshot leaves open whose two ends it has. */
  unclearEnd(ns: NetnsState, iface: string): UnclearEnd | undefined;
  /** @returns the overlay network that an interface is a port of. */
  overlay(ns: NetnsState, iface: string): OverlayPort | undefined;
  /** @returns the macvlan and ipvlan devices that sit on a lower device. */
  children(ns: NetnsState, lower: string): readonly Device[];
  /** @returns the lower device of a macvlan, ipvlan or VLAN device, where the snapshot holds it. */
  lower(ns: NetnsState, iface: string): Device | undefined;
}

function emptyNamespace(name: string): NetnsState {
  const none = new Map();
  const empty = {
    interfaces: [],
    routes: [],
    rules: [],
    neighbours: [],
    bridgePorts: [],
    fdb: [],
    vlans: [],
    sockets: [],
    rulesets: [],
    foreign: [],
  };
  return new NetnsState({ name, ...empty, sysctl: none, ipsets: none, sources: none });
}

const STACKED: ReadonlySet<string> = new Set(['macvlan', 'ipvlan', 'vlan']);

const INFO_SETTINGS = {
  IPv4Forwarding: 'net.ipv4.ip_forward',
  BridgeNfIptables: 'net.bridge.bridge-nf-call-iptables',
  BridgeNfIp6tables: 'net.bridge.bridge-nf-call-ip6tables',
} as const;

function settingsOf(info: unknown): ReadonlyMap<string, boolean> {
  const settings = new Map<string, boolean>();
  if (typeof info !== 'object' || info === null) return settings;
  for (const [key, value] of Object.entries(info)) {
    const name = Object.entries(INFO_SETTINGS).find(([known]) => known === key)?.[1];
    if (name !== undefined && typeof value === 'boolean') settings.set(name, value);
  }
  return settings;
}

/** Whether a kernel is of a version or later; one that is not told is taken to be. */
function isSince(kernel: string | undefined, since: readonly [number, number]): boolean {
  const [major = 9, minor = 0] = (kernel ?? '').split('.').map((word) => Number.parseInt(word, 10));
  return Number.isNaN(major) || major > since[0] || (major === since[0] && minor >= since[1]);
}

function ownersOf(namespaces: ReadonlyMap<string, NetnsState>): ReadonlyMap<Ip, NetnsState> {
  const owners = new Map<Ip, NetnsState>();
  for (const ns of namespaces.values()) {
    for (const iface of ns.interfaces.values()) {
      if (iface.detail.kind === 'loopback') continue;
      for (const { ip, scope } of iface.addresses) if (scope !== 'link' && !owners.has(ip)) owners.set(ip, ns);
    }
  }
  return owners;
}

const NO_DEVICES: readonly Device[] = [];

/** Something known of devices, by namespace and name. */
class ByDevice<V> {
  private readonly byNetns = new Map<NetnsState, Map<string, V>>();

  get(ns: NetnsState, iface: string): V | undefined {
    return this.byNetns.get(ns)?.get(iface);
  }

  set(ns: NetnsState, iface: string, value: V): void {
    const names = this.byNetns.get(ns) ?? new Map<string, V>();
    this.byNetns.set(ns, names.set(iface, value));
  }
}

/** The other ends of veth pairs. */
function peersOf(found: VethEnds['peers'], namespaces: ReadonlyMap<string, NetnsState>): ByDevice<Device> {
  const peers = new ByDevice<Device>();
  for (const ns of namespaces.values()) {
    for (const name of ns.interfaces.keys()) {
      const end = found.get(peerKey(ns.name, name));
      const there = end && namespaces.get(end.netns);
      const iface = end && there?.interfaces.get(end.iface);
      if (there !== undefined && iface !== undefined) peers.set(ns, name, { ns: there, iface });
    }
  }
  return peers;
}

/** Joins the interfaces whose addresses `docker inspect` puts on one overlay network. */
function overlaysOf(host: Host, namespaces: ReadonlyMap<string, NetnsState>): ByDevice<OverlayPort> {
  const ports = new ByDevice<OverlayPort>();
  for (const network of host.networks.filter((n) => n.driver === 'overlay')) {
    const members: Device[] = [];
    for (const container of host.containers) {
      const ns = namespaces.get(container.netns);
      const ip = endpointOn(container, network)?.ip;
      const iface = ip === undefined ? undefined : [...(ns?.interfaces.values() ?? [])].find((i) => ns?.ownsOn(i.name, ip));
      if (ns !== undefined && iface !== undefined) members.push({ ns, iface });
    }
    const own = onLoneOverlay(host, network);
    const port = { network: network.name, members, ...(own !== undefined && { own }) };
    for (const { ns, iface } of members) ports.set(ns, iface.name, port);
  }
  return ports;
}

/**
 * Makes a parsed host ready for tracing.
 * @param shown as the snapshot shows it; not changed.
 */
export function createMachine(shown: Host, options: MachineOptions = {}): Machine {
  const host = withInspectedContainers(shown);
  const namespaces = new Map(
    [...host.netns.values()].map((netns) => [netns.name, new NetnsState(netns, isSince(host.meta.kernel, [6, 15]))]),
  );
  const ends = findVethEnds(host);
  const peers = peersOf(ends.peers, namespaces);
  const lowerDevices = new LowerDevices(namespaces);
  const lowers = new ByDevice<Device>();
  const children = new ByDevice<Device[]>();
  for (const ns of namespaces.values()) {
    for (const iface of ns.interfaces.values()) {
      if (!STACKED.has(iface.detail.kind)) continue;
      const lower = lowerDevices.of(ns, iface);
      if (lower === undefined) continue;
      lowers.set(ns, iface.name, lower);
      const known = children.get(lower.ns, lower.iface.name);
      if (known === undefined) children.set(lower.ns, lower.iface.name, [{ ns, iface }]);
      else known.push({ ns, iface });
    }
  }
  const owners = ownersOf(namespaces);
  const overlays = overlaysOf(host, namespaces);
  const root = namespaces.get(HOST_NETNS) ?? emptyNamespace(HOST_NETNS);
  return {
    host,
    postroutingSeesInput: isSince(host.meta.kernel, [5, 8]),
    hasForceForwarding: isSince(host.meta.kernel, [6, 17]),
    dockerInfo: settingsOf(host.info),
    segments: new NetnsMemo(),
    leaves: new NetnsMemo(),
    holders: new AddressHolders(namespaces.values()),
    neighbours: new NetnsMemo(),
    portsByMac: new NetnsMemo(),
    stationPorts: new NetnsMemo(),
    outsideMacs: new NetnsMemo(),
    endpoints: new KnownEndpoints(),
    texts: new IpTexts(),
    toil: options.toil ?? new Toil(),
    unread: withUnread(host),
    mayChange: whoMayChange(host),
    routesByPort: [...host.netns.values()].some((ns) => ns.rules.some((r) => r.sport !== undefined || r.dport !== undefined)),
    somewhere: new Map(),
    answers: options.assume ?? new Map(),
    namespaces,
    root,
    ownerOf: (ip) => owners.get(ip),
    overlay: (ns, iface) => overlays.get(ns, iface),
    peer: (ns, iface) => peers.get(ns, iface),
    unclearEnd: (ns, iface) => ends.unclear.get(peerKey(ns.name, iface)),
    children: (ns, lower) => children.get(ns, lower) ?? NO_DEVICES,
    lower: (ns, iface) => lowers.get(ns, iface),
  };
}

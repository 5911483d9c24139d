import { prefixOf, type Ip } from '../address/ip.js';
import type { Container, DockerNetwork, Endpoint, Host, Netns, SourceKind } from '../model/host.js';
import type { BridgePort, InterfaceAddress, NetInterface, Route } from '../model/link.js';
import type { Origin } from '../model/origin.js';
import { TABLE_MAIN } from './fib/local-table.js';
import { findPeers, peerKey } from './peers.js';

/** Indexes of interfaces that stand in for those no listing shows; far beyond any real one. */
const FIRST_INDEX = 1_000_000;
/** IFNAMSIZ, without the zero at its end. */
const LONGEST_NAME = 15;

/** What `docker inspect` tells of a namespace. */
const TOLD: readonly SourceKind[] = ['addr', 'route', 'route6'];

/** What a container's device is joined to: a bridge by a veth pair, or a device of the host that it is stacked on. */
type Attachment =
  | { readonly kind: 'bridge'; readonly endpoint: Endpoint; readonly bridge: string }
  | { readonly kind: 'stacked'; readonly endpoint: Endpoint; readonly parent: string; readonly detail: StackedDetail };

type StackedDetail = Extract<NetInterface['detail'], { readonly kind: 'macvlan' | 'ipvlan' }>;

function address(ip: Ip, prefixLength: number): InterfaceAddress {
  return { ip, prefixLength, scope: 'global', flags: [] };
}

function loopback(origin: Origin): NetInterface {
  const addresses: readonly InterfaceAddress[] = [
    { ip: 0x7f000001, prefixLength: 8, scope: 'host', flags: [] },
    { ip: 1n, prefixLength: 128, scope: 'host', flags: [] },
  ];
  return {
    name: 'lo',
    index: 1,
    up: true,
    carrier: true,
    flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
    mtu: 65536,
    mac: '00:00:00:00:00:00',
    detail: { kind: 'loopback' },
    addresses,
    origin,
  };
}

function addressesOf(endpoint: Endpoint): readonly InterfaceAddress[] {
  const v4 = endpoint.ip === undefined ? [] : [address(endpoint.ip, endpoint.prefixLength ?? 16)];
  const v6 = endpoint.ip6 === undefined ? [] : [address(endpoint.ip6, endpoint.prefixLength6 ?? 64)];
  return [...v4, ...v6];
}

function routesOf(dev: string, endpoint: Endpoint, isDefault: boolean, origin: Origin): readonly Route[] {
  const route = (dst: Ip, length: number, via: Ip | undefined, text: string): Route => ({
    family: typeof dst === 'number' ? 4 : 6,
    type: 'unicast',
    dst: prefixOf(dst, length),
    table: TABLE_MAIN,
    nexthops: [{ dev, weight: 1, flags: [], ...(via !== undefined && { via }) }],
    metric: 0,
    tos: 0,
    scope: via === undefined ? 'link' : 'global',
    text,
    origin,
  });
  const near = addressesOf(endpoint).map((a) => route(a.ip, a.prefixLength, undefined, `the subnet of ${dev}, from docker inspect`));
  if (!isDefault) return near;
  const far4 = endpoint.gateway === undefined ? [] : [route(0, 0, endpoint.gateway, `default by ${dev}, from docker inspect`)];
  const far6 = endpoint.gateway6 === undefined ? [] : [route(0n, 0, endpoint.gateway6, `default by ${dev}, from docker inspect`)];
  return [...near, ...far4, ...far6];
}

/** The port of the bridge that the container is behind: by its MAC address in the FDB, or the only one left. */
function portOf(host: Host, bridge: string, endpoint: Endpoint, paired: ReadonlySet<string>): NetInterface | undefined {
  const root = host.netns.get('host');
  const free = (root?.bridgePorts ?? []).filter((p) => p.bridge === bridge && !paired.has(p.iface)).map((p) => p.iface);
  const learned = root?.fdb.find((e) => e.mac === endpoint.mac && free.includes(e.dev))?.dev;
  const name = learned ?? (free.length === 1 ? free[0] : undefined);
  return root?.interfaces.find((i) => i.name === name);
}

/** A name that a kernel would take (IFNAMSIZ): `verify` makes the interface. */
function hostSideName(container: string, number: number): string {
  const [before, after] = ['veth-of-', String(number)];
  return `${before}${container.replace(/[^\w.-]/g, '_').slice(0, LONGEST_NAME - before.length - after.length)}${after}`;
}

/** Options of Docker's macvlan and ipvlan drivers; without a parent the network is a dummy device of Docker's own. */
function stackedOn({ driver, options }: DockerNetwork): { readonly parent: string; readonly detail: StackedDetail } | undefined {
  const parent = options.get('parent');
  if (parent === undefined) return undefined;
  if (driver === 'macvlan') return { parent, detail: { kind: 'macvlan', mode: options.get('macvlan_mode') ?? 'bridge' } };
  if (driver !== 'ipvlan') return undefined;
  return { parent, detail: { kind: 'ipvlan', mode: options.get('ipvlan_mode') ?? 'l2', flag: options.get('ipvlan_flag') ?? 'bridge' } };
}

function attachmentsOf(container: Container, networks: ReadonlyMap<string, DockerNetwork>): readonly Attachment[] {
  return container.endpoints.flatMap((endpoint): readonly Attachment[] => {
    const network = networks.get(endpoint.networkId) ?? networks.get(endpoint.network);
    const stacked = network === undefined ? undefined : stackedOn(network);
    if (stacked !== undefined) return addressesOf(endpoint).length === 0 ? [] : [{ kind: 'stacked', endpoint, ...stacked }];
    const bridge =
      networks.get(endpoint.networkId)?.bridge ??
      networks.get(endpoint.network)?.bridge ??
      (endpoint.network === 'bridge' ? 'docker0' : undefined);
    return bridge === undefined || addressesOf(endpoint).length === 0 ? [] : [{ kind: 'bridge', endpoint, bridge }];
  });
}

/** What `docker inspect` tells of containers whose namespaces the snapshot lacks, put together as their namespaces must look. */
class Inspected {
  readonly netns: Netns[] = [];
  readonly hostInterfaces: NetInterface[] = [];
  readonly hostPorts: BridgePort[] = [];
  private readonly replaced = new Map<string, NetInterface>();
  private readonly paired: Set<string>;
  private index = FIRST_INDEX;

  constructor(private readonly host: Host) {
    const peers = findPeers(host);
    this.paired = new Set((host.netns.get('host')?.interfaces ?? []).filter((i) => peers.has(peerKey('host', i.name))).map((i) => i.name));
  }

  add(container: Container, attachments: readonly Attachment[]): void {
    const { origin } = container;
    const interfaces: NetInterface[] = [loopback(origin)];
    const routes: Route[] = [];
    attachments.forEach((attachment, i) => {
      const name = `eth${i}`;
      const made = attachment.kind === 'bridge' ? this.plug(container, name, attachment) : this.stack(container, name, attachment);
      interfaces.push(made);
      routes.push(...routesOf(name, attachment.endpoint, i === 0, origin));
    });
    const none = { rules: [], neighbours: [], bridgePorts: [], fdb: [], vlans: [], sockets: [], rulesets: [], foreign: [] };
    this.netns.push({
      name: container.netns,
      interfaces,
      routes,
      ...none,
      sysctl: new Map(),
      ipsets: new Map(),
      sources: new Map(TOLD.map((kind) => [kind, { file: origin.file, state: 'whole', why: [], lines: 0, unread: 0 }])),
    });
  }

  private device({ origin }: Container, name: string, endpoint: Endpoint): Omit<NetInterface, 'detail'> {
    const flags = ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'];
    return { name, index: this.index++, up: true, carrier: true, flags, mtu: 1500, addresses: addressesOf(endpoint), origin };
  }

  private plug(container: Container, name: string, { endpoint, bridge }: Extract<Attachment, { kind: 'bridge' }>): NetInterface {
    const hostSide = this.hostSide(container, endpoint, bridge);
    const own = this.device(container, name, endpoint);
    this.replaced.set(hostSide.name, { ...hostSide, linkIndex: own.index, linkNetnsId: this.index });
    const { mac } = endpoint;
    return { ...own, ...(mac !== undefined && { mac }), detail: { kind: 'veth' }, linkIndex: hostSide.index, linkNetnsId: 0 };
  }

  /** ipvlan has its parent's link-layer address. A parent that is not listed leaves the device to lead outside by itself. */
  private stack(container: Container, name: string, { endpoint, parent, detail }: Extract<Attachment, { kind: 'stacked' }>): NetInterface {
    const lower = this.host.netns.get('host')?.interfaces.find((i) => i.name === parent);
    const mac = detail.kind === 'ipvlan' ? lower?.mac : endpoint.mac;
    const link = lower === undefined ? {} : { linkIndex: lower.index, linkNetnsId: 0 };
    return { ...this.device(container, name, endpoint), ...(mac !== undefined && { mac }), detail, ...link };
  }

  private hostSide(container: Container, endpoint: Endpoint, bridge: string): NetInterface {
    const known = portOf(this.host, bridge, endpoint, this.paired);
    if (known !== undefined) {
      this.paired.add(known.name);
      return known;
    }
    const name = hostSideName(container.name, this.hostPorts.length);
    const { origin } = container;
    const made: NetInterface = {
      name,
      index: this.index++,
      up: true,
      carrier: true,
      flags: ['UP', 'LOWER_UP'],
      mtu: 1500,
      mac: '02:00:00:00:00:01',
      detail: { kind: 'veth' },
      master: bridge,
      addresses: [],
      origin,
    };
    this.hostInterfaces.push(made);
    this.hostPorts.push({ iface: name, bridge, state: 'forwarding', hairpin: false, isolated: false, learning: true, flood: true, origin });
    return made;
  }

  /** @returns the host with these namespaces added. */
  finish(): Host {
    const root = this.host.netns.get('host');
    if (root === undefined || this.netns.length === 0) return this.host;
    const interfaces = [...root.interfaces, ...this.hostInterfaces].map((i) => this.replaced.get(i.name) ?? i);
    const bridgePorts = [...root.bridgePorts, ...this.hostPorts];
    const netns = new Map(this.host.netns).set('host', { ...root, interfaces, bridgePorts });
    for (const one of this.netns) netns.set(one.name, one);
    return { ...this.host, netns };
  }
}

/**
 * Adds the namespaces of running containers that only `docker inspect` shows, so that a few loose files of the host are
 * enough to trace from and to them. What inspect does not tell (listeners, rules, settings) stays missing.
 */
export function withInspectedContainers(host: Host): Host {
  const root = host.netns.get('host');
  if (root === undefined || root.interfaces.length === 0) return host;
  const networks = new Map(host.networks.flatMap((n) => [[n.id, n] as const, [n.name, n] as const]));
  const inspected = new Inspected(host);
  for (const container of host.containers) {
    if (!container.running || container.netns !== container.name || host.netns.has(container.netns)) continue;
    const attachments = attachmentsOf(container, networks);
    if (attachments.length > 0) inspected.add(container, attachments);
  }
  return inspected.finish();
}

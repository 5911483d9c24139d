import { contains, prefixOf, type Family } from '../../address/ip.js';
import { engineMajor } from '../../inventory/index.js';
import type { Host, Netns, SourceKind } from '../../model/host.js';
import type { NetInterface, Route } from '../../model/link.js';
import type { Listing } from '../../model/listing.js';
import { HOST_NETNS } from '../../model/netns.js';
import type { Origin } from '../../model/origin.js';
import { attachmentsOf, networksOf, type DeviceAttachment } from './attachment.js';
import { wayOut, type WayOut } from './gateway.js';
import { residentsOf, type Resident } from './residents.js';
import { InspectedDevices } from './stand-ins.js';
import { withWhatIsTold } from './told.js';
import { addressesOf, loopback, routesOf } from './addressing.js';

/** What `docker inspect` tells of a namespace. */
const TOLD: readonly SourceKind[] = ['addr', 'route', 'route6'];

function emptyNetns(name: string): Netns {
  const none = { interfaces: [], routes: [], rules: [], neighbours: [], bridgePorts: [], fdb: [], vlans: [], sockets: [] };
  return { name, ...none, sysctl: new Map(), rulesets: [], ipsets: new Map(), sources: new Map() };
}

function toldBy(origin: Origin, open: string | undefined): Listing {
  const known = open === undefined ? ({ state: 'whole', why: [] } as const) : ({ state: 'part', why: [open] } as const);
  return { file: origin.file, ...known, lines: 0, unread: 0, inspected: true };
}

/** A name for a device whose own nobody tells: that which the routes give its subnet, or Docker's. */
function deviceName({ routes }: Netns, { endpoint }: DeviceAttachment, number: number): string {
  const own = addressesOf(endpoint).map(({ ip }) => ip);
  const near = routes.find((r) => r.dst.length > 0 && r.nexthops[0]?.via === undefined && own.some((ip) => contains(r.dst, ip)));
  return near?.nexthops[0]?.dev ?? `eth${number}`;
}

/** The interface that holds an endpoint's address. */
function holderOf({ interfaces }: Netns, { endpoint }: DeviceAttachment): NetInterface | undefined {
  const own = new Set(addressesOf(endpoint).map(({ ip }) => ip));
  return interfaces.find((iface) => iface.addresses.some(({ ip }) => own.has(ip)));
}

/** Routes of what the snapshot does not list: of a family whose listing is there, nothing is added. */
function lackingRoutes(known: Netns, routes: readonly Route[]): readonly Route[] {
  const listed = (family: Family): boolean => known.sources.has('route') || (family === 6 && known.sources.has('route6'));
  const has = (route: Route): boolean => known.routes.some((r) => r.table === route.table && sameDestination(r, route));
  return routes.filter((route) => !listed(route.family) && !has(route));
}

function sameDestination(a: Route, b: Route): boolean {
  return a.family === b.family && a.dst.length === b.dst.length && prefixOf(a.dst.addr, a.dst.length).addr === b.dst.addr;
}

/** A namespace with what Docker tells of its interfaces and routes, where no listing does. */
function completed(
  known: Netns,
  resident: Resident,
  attachments: readonly DeviceAttachment[],
  standIns: InspectedDevices,
  out: WayOut,
): Netns {
  const { origin } = resident;
  const listed = known.sources.has('addr');
  const interfaces: NetInterface[] = listed ? [...known.interfaces] : [loopback(origin)];
  const routes: Route[] = [];
  const { v4, v6, open } = out;
  attachments.forEach((attachment, i) => {
    const device = listed ? holderOf(known, attachment) : standIns.join(resident, deviceName(known, attachment, i), attachment);
    if (device === undefined) return;
    if (!listed) interfaces.push(device);
    routes.push(...routesOf(device.name, attachment.endpoint, { v4: attachment === v4, v6: attachment === v6 }, origin));
  });
  const sources = new Map([...TOLD.map((kind) => [kind, toldBy(origin, kind === 'addr' ? undefined : open)] as const), ...known.sources]);
  return { ...known, interfaces, routes: [...known.routes, ...lackingRoutes(known, routes)], sources };
}

/**
 * Adds to running containers what only Docker shows of their namespaces, so that a few loose files of the host are enough to
 * trace from and to them: interfaces and routes, of those whose listings are not there. What Docker does not tell (listeners,
 * rules, settings) stays missing.
 */
export function withInspectedContainers(host: Host): Host {
  return withWhatIsTold(withMadeContainers(host));
}

function withMadeContainers(host: Host): Host {
  const root = host.netns.get(HOST_NETNS);
  if (root === undefined || root.interfaces.length === 0) return host;
  const networks = networksOf(host);
  const engine = engineMajor(host);
  const standIns = new InspectedDevices(host);
  const made = new Map<string, Netns>();
  for (const resident of residentsOf(host)) {
    const known = host.netns.get(resident.netns);
    if (known?.sources.has('addr') === true && known.sources.has('route')) continue;
    const attachments = attachmentsOf(resident.endpoints, networks, root.interfaces);
    if (attachments.length === 0) continue;
    const out = wayOut(attachments, networks, engine, resident.ofNetworksAlone);
    made.set(resident.netns, completed(known ?? emptyNetns(resident.netns), resident, attachments, standIns, out));
  }
  if (made.size === 0) return host;
  const joined = standIns.finish();
  return { ...joined, netns: new Map([...joined.netns, ...made]) };
}

import { contains, familyOf, formatIp, formatPrefix, prefixOf, type Family, type Ip, type Prefix } from '../../address/ip.js';
import type { Netns } from '../../model/host.js';
import { UNSHOWN_DEVICE, type InterfaceAddress, type NetInterface, type Route } from '../../model/link.js';
import type { Listing } from '../../model/listing.js';

const TABLE_DEFAULT = 253;
const TABLE_MAIN = 254;
const TABLE_LOCAL = 255;

/** The rules that the kernel makes with a namespace (fib_default_rules_init, fib6_rules_net_init): people move them, and keep them. */
const DEFAULT_RULES = [
  { table: TABLE_LOCAL, text: 'from all lookup local' },
  { table: TABLE_MAIN, text: 'from all lookup main' },
] as const;

/** @returns which of the kernel's own policy rules a listing of them does not show, in a phrase; undefined where it shows them. */
export function lostDefaultRule({ rules }: Netns, family: Family): string | undefined {
  const own = rules.filter((rule) => rule.family === family);
  // of a kernel without IPv6 none are listed
  if (own.length === 0 && family === 6) return undefined;
  const lost = DEFAULT_RULES.find(({ table }) => !own.some(({ action }) => action.kind === 'table' && action.table === table));
  return lost === undefined ? undefined : `it lacks the rule \`${lost.text}\`, which the kernel makes`;
}

const isVrf = ({ detail }: NetInterface): boolean => detail.kind === 'other' && detail.name === 'vrf';

/** @returns in a phrase, a table that has routes and to which no policy rule leads; undefined where all are asked. */
export function unaskedTable({ rules, routes, interfaces }: Netns, family: Family): string | undefined {
  // one rule leads to the tables of all VRFs
  if (interfaces.some(isVrf)) return undefined;
  const asked = new Set(rules.flatMap(({ action }) => (action.kind === 'table' ? [action.table] : [])));
  const usual = new Set([TABLE_LOCAL, TABLE_MAIN, TABLE_DEFAULT]);
  const route = routes.find((one) => one.family === family && !usual.has(one.table) && !asked.has(one.table));
  return route === undefined ? undefined : `none of it leads to table ${route.table}, which has routes (${route.origin.file})`;
}

/** Flags of addresses whose route the kernel does not make, or may have taken back (addrconf_prefix_route, IFA_F_NOPREFIXROUTE). */
const WITHOUT_ROUTE: ReadonlySet<string> = new Set(['noprefixroute', 'secondary', 'dynamic', 'tentative', 'dadfailed', 'temporary']);

const bitsOf = (ip: Ip): number => (familyOf(ip) === 4 ? 32 : 128);

/** The network that an address makes a route to (fib_add_ifaddr: of its peer, where it has one). */
function networkOf({ ip, peer, prefixLength, flags }: InterfaceAddress): Prefix | undefined {
  if (flags.some((flag) => WITHOUT_ROUTE.has(flag)) || (prefixLength === bitsOf(ip) && peer === undefined)) return undefined;
  return prefixOf(peer ?? ip, prefixLength);
}

/** Devices whose routes stand where the kernel puts them by itself: those that are up, and in no VRF. */
function ownDevices({ interfaces }: Netns): readonly NetInterface[] {
  const vrfs = new Set(interfaces.filter(isVrf).map(({ name }) => name));
  return interfaces.filter(({ up, master }) => up && (master === undefined || !vrfs.has(master)));
}

/** What a listing of routes shows, by what is asked of it. */
class ShownRoutes {
  private readonly by: ReadonlySet<string>;
  private readonly exact: ReadonlySet<Ip>;
  private readonly broad: readonly Prefix[];
  private readonly showsLocal: boolean;

  constructor(routes: readonly Route[]) {
    const local = routes.filter(({ type }) => type === 'local');
    this.by = new Set(routes.flatMap(({ dst, nexthops }) => nexthops.map(({ dev = '' }) => `${formatPrefix(dst)} ${dev}`)));
    this.exact = new Set(local.filter(({ dst }) => dst.length === bitsOf(dst.addr)).map(({ dst }) => dst.addr));
    this.broad = local.filter(({ dst }) => dst.length < bitsOf(dst.addr)).map(({ dst }) => dst);
    this.showsLocal = routes.some(({ table }) => table === TABLE_LOCAL);
  }

  has(network: Prefix, dev: string): boolean {
    return [dev, UNSHOWN_DEVICE].some((by) => this.by.has(`${formatPrefix(network)} ${by}`));
  }

  /** Whether an address is local, or the listing is of other tables. */
  mayBeLocal(ip: Ip): boolean {
    return !this.showsLocal || this.exact.has(ip) || this.broad.some((prefix) => contains(prefix, ip));
  }
}

/**
 * The kernel makes routes of each address (fib_add_ifaddr, addrconf_prefix_route): to its network, and to itself.
 * @returns what a listing of routes lacks of them, in a phrase; undefined where it has them all.
 */
export function lostOwnRoute(netns: Netns, family: Family, { unshown = [] }: Listing): string | undefined {
  if (netns.sources.get('addr')?.state !== 'whole' || unshown.includes('main')) return undefined;
  const shown = new ShownRoutes(netns.routes.filter((one) => one.family === family));
  for (const { name, addresses, detail } of ownDevices(netns)) {
    for (const address of addresses.filter(({ ip }) => familyOf(ip) === family)) {
      const network = detail.kind === 'loopback' ? undefined : networkOf(address);
      const has = `which ${name} has an address of`;
      if (network !== undefined && !shown.has(network, name)) return `it lacks the route to ${formatPrefix(network)}, ${has}`;
      // an address of IPv6 is local once nobody else was found to have it
      if (family === 4 && !shown.mayBeLocal(address.ip)) return `it lacks the local route to ${formatIp(address.ip)}, which ${name} has`;
    }
  }
  return undefined;
}

/** Devices that ask for each neighbour's address: a route by one leads to a gateway, or to its own network. */
const asksNeighbours = ({ flags, detail }: NetInterface): boolean =>
  !flags.includes('NOARP') &&
  !flags.includes('POINTOPOINT') &&
  (detail.kind === 'ether' || detail.kind === 'veth' || detail.kind === 'bridge');

/**
 * `ip` gives a route without a gateway scope link (iproute2, iproute.c): one of a wider scope had a gateway.
 * @returns in a phrase, a default route that has lost its own; undefined where none has.
 */
export function lostGateway({ routes, interfaces, sources }: Netns): string | undefined {
  if (sources.get('addr')?.state !== 'whole') return undefined;
  const devices = new Set(interfaces.filter(asksNeighbours).map(({ name }) => name));
  const lost = routes.find(
    ({ family, type, dst, scope, nexthops }) =>
      family === 4 &&
      type === 'unicast' &&
      dst.length === 0 &&
      (scope === undefined || scope === 'global') &&
      nexthops.some(({ via, dev }) => via === undefined && devices.has(dev ?? '')),
  );
  return lost === undefined ? undefined : `\`${lost.text}\` shows no gateway, and is not of scope link`;
}

/** `ip route show table all` shows routes of both families: what is read of it are those that the listing of IPv6 routes lacks. */
export function unlistedRoute6({ routes, sources }: Netns): string | undefined {
  const [both, six] = [sources.get('route')?.file, sources.get('route6')?.file];
  const lost = both === six ? undefined : routes.find(({ family, origin }) => family === 6 && origin.file === both);
  return lost === undefined ? undefined : `it lacks \`${lost.text}\`, which ${both ?? ''} shows`;
}

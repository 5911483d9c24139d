import { isLoopback, type Family } from '../address/ip.js';
import type { Host, Netns, SourceKind } from '../model/host.js';
import { UNSHOWN_DEVICE, type Route } from '../model/link.js';
import type { Rule } from '../model/netfilter.js';
import { HOST_NETNS, isHostNetns } from '../model/netns.js';
import { bridgeMaker, isNamedById } from './bridge-names.js';
import type { Doubt } from './doubts.js';
import { socketKey, socketKeysOf } from './socket-keys.js';

/** Interfaces have their index and address in one namespace only: a container's that shows the host's is the host's listing. */
function showsHosts({ interfaces }: Netns, own: Netns): string | undefined {
  const found = interfaces.find(
    ({ name, index, mac, detail }) =>
      detail.kind !== 'loopback' &&
      mac !== undefined &&
      own.interfaces.some((one) => one.name === name && one.index === index && one.mac === mac),
  );
  return found === undefined ? undefined : `it shows ${found.name}, which is the host's`;
}

/** A route by a device that is not there, or from an address that is not: the kernel deletes both (fib_sync_down_dev, fib_sync_down_addr). */
function strangeRoute(netns: Netns, own: Netns, file: string): string | undefined {
  if (netns.sources.get('addr')?.state !== 'whole' || (!isHostNetns(netns.name) && showsHosts(netns, own) !== undefined)) return undefined;
  const devices = new Set(netns.interfaces.map(({ name }) => name));
  const addresses = new Set(netns.interfaces.flatMap((one) => one.addresses.map(({ ip }) => ip)));
  const isStrange = ({ origin, family, nexthops, prefsrc }: Route): boolean => {
    if (origin.file !== file) return false;
    if (nexthops.some(({ dev }) => dev !== undefined && dev !== UNSHOWN_DEVICE && !devices.has(dev))) return true;
    return family === 4 && prefsrc !== undefined && !addresses.has(prefsrc) && !isLoopback(prefsrc);
  };
  const route = netns.routes.find(isStrange);
  return route === undefined ? undefined : `it shows \`${route.text}\`, and no such device or address is there`;
}

/** A socket is in one namespace only: the same process with the same port is shown by one listing in two places. */
function hostsSocket({ sockets }: Netns, own: Netns): string | undefined {
  const theirs = socketKeysOf(own);
  const found = sockets.find((one) => theirs.has(socketKey(one) ?? ''));
  return found === undefined
    ? undefined
    : `it shows ${found.process ?? 'a process'} (pid ${found.pid ?? 0}) on ${found.proto} ${found.port}, which the host's shows`;
}

/** A table may hold 100,000 rules: they are gone through, not copied. */
function* rulesOf({ rulesets }: Netns, family: Family): Generator<Rule> {
  for (const set of rulesets)
    if (set.family === family) for (const { chains } of set.tables.values()) for (const { rules } of chains.values()) yield* rules;
}

/** Devices that a rule names whole. */
const devicesOf = ({ head }: Rule): readonly string[] => [head?.in, head?.out].flatMap((one) => one?.value ?? []);

/** Rules in a container for a bridge that is the host's, and not its own as one's would be that runs Docker itself. */
function hostsRules(netns: Netns, own: Netns, family: Family): string | undefined {
  if (netns.sources.get('addr')?.state !== 'whole') return undefined;
  const has = ({ interfaces }: Netns, name: string): boolean => interfaces.some((one) => one.name === name);
  for (const rule of rulesOf(netns, family)) {
    const name = devicesOf(rule).find((one) => bridgeMaker(one) !== undefined && !has(netns, one) && has(own, one));
    if (name !== undefined) return `its rules are for ${name}, which is the host's`;
  }
  return undefined;
}

function whyMisplaced(netns: Netns, own: Netns, kind: SourceKind, file: string): string | undefined {
  switch (kind) {
    case 'addr':
      return showsHosts(netns, own);
    case 'route':
    case 'route6':
      return strangeRoute(netns, own, file);
    case 'sockets':
      return hostsSocket(netns, own);
    case 'iptables':
      return hostsRules(netns, own, 4);
    case 'ip6tables':
      return hostsRules(netns, own, 6);
    default:
      return undefined;
  }
}

/**
 * @returns listings of a container's namespace that are of another, or of another moment, as others of the same namespace tell. Which of two
 *   that contradict one another is the wrong one, nothing tells: it is the one that hangs on the other.
 */
export function misplacedListings(host: Host, netns: Netns): readonly Doubt[] {
  const own = host.netns.get(HOST_NETNS);
  if (own === undefined || isHostNetns(netns.name)) return [];
  return [...netns.sources].flatMap(([kind, listing]) => {
    const why = listing.blank === true || listing.inspected === true ? undefined : whyMisplaced(netns, own, kind, listing.file);
    return why === undefined ? [] : [{ kind, listing, why, leaves: 'nothing' }];
  });
}

/** @returns why the host's routes and interfaces are not of one moment, or of one host; undefined where they may be. */
export function hostsStrangeRoute(host: Host): Doubt | undefined {
  const own = host.netns.get(HOST_NETNS);
  const listing = own?.sources.get('route');
  const why = own === undefined || listing === undefined ? undefined : strangeRoute(own, own, listing.file);
  return why === undefined || listing === undefined ? undefined : { kind: 'route', listing, why, leaves: 'part' };
}

/** Docker writes rules for each of its bridges: those that speak of bridges which are not there, and not of one that is, are of another host or day. */
function foreignRules(host: Host, own: Netns): string | undefined {
  const there = new Set(own.interfaces.map(({ name }) => name));
  const unnamed = new Set(host.networks.flatMap(({ bridge = '' }) => (isNamedById(bridge) && there.has(bridge) ? [bridge] : [])));
  let gone: string | undefined;
  for (const rule of rulesOf(own, 4)) {
    if (unnamed.size === 0) return undefined;
    for (const name of devicesOf(rule)) {
      unnamed.delete(name);
      if (isNamedById(name) && !there.has(name)) gone ??= name;
    }
  }
  const [left] = unnamed;
  return gone === undefined || left === undefined
    ? undefined
    : `its rules are for ${gone}, which is not there, and not for ${left}, which is`;
}

/** @returns the listing of the host's own rules, where it is of another host or of another day. (Of IPv6 there are none for a bridge that has none.) */
export function foreignListings(host: Host): readonly Doubt[] {
  const own = host.netns.get(HOST_NETNS);
  const listing = own?.sources.get('iptables');
  if (listing === undefined || own?.sources.get('addr')?.state !== 'whole') return [];
  const why = foreignRules(host, own);
  return why === undefined ? [] : [{ kind: 'iptables', listing, why, leaves: 'nothing' }];
}

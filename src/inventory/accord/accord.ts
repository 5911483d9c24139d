import type { Host, Netns, SourceKind } from '../../model/host.js';
import type { Listing } from '../../model/listing.js';
import { isHostNetns } from '../../model/netns.js';
import type { Doubt } from '../doubts.js';
import { hostsStrangeRoute } from '../misplaced.js';
import { writesNftables } from '../native-rules.js';
import { lostPeer, otherPorts, sharedDevices, strangeDevice } from './devices.js';
import { isVouchedFor, lostBridge, lostDefaultRoute, otherEndpoint } from './docker-made.js';
import { lostDockerRule } from './docker-rules.js';
import { lostDefaultRule, lostGateway, lostOwnRoute, unaskedTable, unlistedRoute6 } from './kernel-made.js';
import { halfResolver, lostPort, lostPorts, lostProxy, lostResolver, lostSwarmPort, otherEngine, sharedSocket } from './listeners.js';
import { lostSetting } from './settings.js';

/** A way to hold a listing against the others of the snapshot: what it finds is a phrase. */
interface Holding {
  readonly kind: SourceKind;
  /** `part`: more is there than it shows, by what the kernel does. `doubted`: others say otherwise, and nothing tells which is right. */
  readonly leaves: 'part' | 'doubted';
  readonly find: (host: Host, netns: Netns, listing: Listing) => string | undefined;
}

const onHost =
  (find: (host: Host, netns: Netns) => string | undefined) =>
  (host: Host, netns: Netns): string | undefined =>
    isHostNetns(netns.name) ? find(host, netns) : undefined;

/** A table of Docker's in nftables is not one that iptables could show. */
const dockerRules = (family: 4 | 6) =>
  onHost((host, netns) => {
    const native = writesNftables(host) || (netns.nftables?.tables ?? []).some(({ name }) => /^docker-/.test(name));
    return native ? undefined : lostDockerRule(host, family);
  });

const shared = new WeakMap<Host, ReadonlyMap<string, string>>();

/** @returns for each namespace whose devices another shows as well, why: found once. */
function sharedOf(host: Host): ReadonlyMap<string, string> {
  let found = shared.get(host);
  if (found === undefined) shared.set(host, (found = sharedDevices(host)));
  return found;
}

const HOLDINGS: readonly Holding[] = [
  { kind: 'addr', leaves: 'doubted', find: otherEndpoint },
  { kind: 'addr', leaves: 'doubted', find: (host, netns) => (isVouchedFor(host, netns) ? undefined : sharedOf(host).get(netns.name)) },
  { kind: 'addr', leaves: 'doubted', find: lostPeer },
  { kind: 'addr', leaves: 'doubted', find: onHost(lostBridge) },
  { kind: 'route', leaves: 'part', find: onHost((host) => hostsStrangeRoute(host)?.why) },
  { kind: 'route', leaves: 'part', find: (_, netns, listing) => lostOwnRoute(netns, 4, listing) },
  { kind: 'route', leaves: 'part', find: (host, netns) => lostDefaultRoute(host, netns, 4) },
  { kind: 'route6', leaves: 'part', find: (host, netns) => lostDefaultRoute(host, netns, 6) },
  { kind: 'route', leaves: 'doubted', find: (_, netns) => lostGateway(netns) },
  { kind: 'route6', leaves: 'part', find: (_, netns, listing) => lostOwnRoute(netns, 6, listing) },
  { kind: 'route6', leaves: 'doubted', find: (_, netns) => unlistedRoute6(netns) },
  { kind: 'rule', leaves: 'part', find: (_, netns) => lostDefaultRule(netns, 4) },
  { kind: 'rule6', leaves: 'part', find: (_, netns) => lostDefaultRule(netns, 6) },
  { kind: 'rule', leaves: 'doubted', find: (_, netns) => unaskedTable(netns, 4) },
  { kind: 'rule6', leaves: 'doubted', find: (_, netns) => unaskedTable(netns, 6) },
  { kind: 'bridge-link', leaves: 'doubted', find: (_, netns) => otherPorts(netns) },
  {
    kind: 'neigh',
    leaves: 'doubted',
    find: (_, netns) =>
      strangeDevice(
        netns,
        netns.neighbours.map(({ dev }) => dev),
      ),
  },
  {
    kind: 'bridge-fdb',
    leaves: 'doubted',
    find: (_, netns) =>
      strangeDevice(
        netns,
        netns.fdb.map(({ dev }) => dev),
      ),
  },
  {
    kind: 'bridge-vlan',
    leaves: 'doubted',
    find: (_, netns) =>
      strangeDevice(
        netns,
        netns.vlans.map(({ iface }) => iface),
      ),
  },
  { kind: 'sockets', leaves: 'part', find: onHost(lostPort) },
  { kind: 'sockets', leaves: 'part', find: onHost(lostSwarmPort) },
  { kind: 'sockets', leaves: 'part', find: halfResolver },
  { kind: 'sockets', leaves: 'part', find: (_, netns) => lostProxy(netns) },
  { kind: 'sockets', leaves: 'doubted', find: onHost(lostPorts) },
  { kind: 'sockets', leaves: 'doubted', find: lostResolver },
  { kind: 'sockets', leaves: 'doubted', find: sharedSocket },
  { kind: 'sockets', leaves: 'doubted', find: otherEngine },
  { kind: 'sysctl', leaves: 'doubted', find: (_, netns) => lostSetting(netns) },
  { kind: 'iptables', leaves: 'doubted', find: dockerRules(4) },
  { kind: 'ip6tables', leaves: 'doubted', find: dockerRules(6) },
];

/**
 * Holds the listings of a namespace against one another and against those of others: a listing that is whole in form may be of another
 * host, namespace or moment, or may have lost lines from its middle.
 * @returns of each listing that others contradict, the first reason found.
 */
export function discords(host: Host, netns: Netns): readonly Doubt[] {
  const found = new Map<SourceKind, Doubt>();
  for (const { kind, leaves, find } of HOLDINGS) {
    const listing = netns.sources.get(kind);
    if (listing === undefined || listing.state !== 'whole' || listing.blank === true || listing.inspected === true || found.has(kind))
      continue;
    const why = find(host, netns, listing);
    if (why !== undefined) found.set(kind, { kind, listing, why, leaves });
  }
  return [...found.values()];
}

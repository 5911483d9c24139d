import type { Host, Netns, SourceKind } from '../model/host.js';
import type { Listing } from '../model/listing.js';
import { hasResolver, writesNftables } from './native-rules.js';
import { standInsOf } from './stand-ins.js';

/** Since Engine 27 ip6tables is on unless somebody turned it off. */
const WITH_IP6TABLES = 27;
/** Chains that dockerd makes for both families at once (since 28). */
const OF_BOTH_FAMILIES = ['DOCKER-FORWARD', 'DOCKER-CT', 'DOCKER-BRIDGE'];
/** Tables that Docker and netavark make by nftables, in which their rules then stand. */
const NATIVE_TABLE = /^(?:docker|netavark)/;

/** What of a listing cannot be so: a blank one, or one that shows less than other listings tell of. */
export interface Doubt {
  readonly kind: SourceKind;
  readonly listing: Listing;
  /** In a phrase: "Docker has networks here, for which it makes rules". */
  readonly why: string;
}

function bridged({ networks }: Host): boolean {
  return networks.some(({ driver }) => driver === 'bridge');
}

/** Rules of Docker may stand in nftables itself: then iptables has none. */
function byNftables(host: Host, netns: Netns): boolean {
  const shown = netns.sources.get('nft')?.state === 'whole';
  return writesNftables(host) || shown || (netns.nftables?.tables ?? []).some(({ name: table }) => NATIVE_TABLE.test(table));
}

/** nft lists the rules of iptables-nft too, in tables of the same names. */
function toldByNft({ nftables }: Netns, family: 'ip' | 'ip6'): string | undefined {
  const table = nftables?.tables.find(
    (one) => one.family === family && [...one.chains.values()].some(({ rules }) => rules.some(({ xt }) => xt)),
  );
  return table === undefined ? undefined : `nft lists rules of iptables in table ${family} ${table.name}`;
}

function needsRules(host: Host, netns: Netns): string | undefined {
  const told = toldByNft(netns, 'ip');
  if (told !== undefined) return told;
  if (byNftables(host, netns)) return undefined;
  if (netns.name !== 'host') return hasResolver(host, netns.name) ? "Docker's resolver has its rules in this namespace" : undefined;
  const published = host.containers.some((one) => one.published.length > 0);
  return bridged(host) || published ? 'Docker has networks here, for which it makes rules' : undefined;
}

function needsRules6(host: Host, netns: Netns): string | undefined {
  const told = toldByNft(netns, 'ip6');
  if (told !== undefined) return told;
  if (netns.name !== 'host') return undefined;
  const chains = netns.rulesets.find((set) => set.family === 4)?.tables.get('filter')?.chains;
  if (OF_BOTH_FAMILIES.some((name) => chains?.has(name))) return 'Docker makes its chains for both families here';
  const { docker = '' } = host.meta;
  const expected = bridged(host) && !byNftables(host, netns) && Number.parseInt(docker, 10) >= WITH_IP6TABLES;
  return expected ? `Docker ${docker} writes IPv6 rules for its bridges` : undefined;
}

function needsSockets(host: Host, netns: Netns): string | undefined {
  const { containers, networks } = host;
  if (netns.name === 'host')
    return containers.length + networks.length > 0 ? 'dockerd and its proxies listen on a host of Docker' : undefined;
  if (hasResolver(host, netns.name)) return "Docker's resolver listens in this namespace";
  const own = containers.filter((one) => one.running && one.netns === netns.name);
  const open = own.some((one) => one.exposed.length + one.published.length > 0);
  return open ? 'docker inspect tells of ports that the container has open' : undefined;
}

/** @returns why a listing that shows nothing cannot be all there is; undefined where it may be. */
function needsSomething(host: Host, netns: Netns, kind: SourceKind): string | undefined {
  switch (kind) {
    case 'iptables':
      return needsRules(host, netns);
    case 'ip6tables':
      return needsRules6(host, netns);
    case 'sockets':
      return needsSockets(host, netns);
    default:
      return undefined;
  }
}

/**
 * @returns listings of a namespace that show nothing, where other listings tell that something is there: a command that failed
 *   leaves a blank file, as does one that has nothing to list.
 */
export function doubtedBlanks(host: Host, netns: Netns): readonly Doubt[] {
  return [...netns.sources].flatMap(([kind, listing]) => {
    const why = listing.blank === true ? needsSomething(host, netns, kind) : undefined;
    return why === undefined ? [] : [{ kind, listing, why }];
  });
}

/**
 * Sockets end where a paste does.
 * @returns the first published port without a socket, where others have theirs; undefined where the Engine gives ports none at all.
 */
export function unheldPort(host: Host): string | undefined {
  const sockets = host.netns.get('host')?.sockets ?? [];
  const standIns = standInsOf(host);
  const held = new Set(sockets.filter((s) => standIns.coversPublished(s)).map((s) => `${s.port}/${s.proto}`));
  if (held.size === 0) return undefined;
  const published = host.containers.filter((c) => c.running && c.netns !== 'host').flatMap((c) => c.published);
  return published.map((p) => `${p.hostPort}/${p.proto}`).find((port) => !port.endsWith('/sctp') && !held.has(port));
}

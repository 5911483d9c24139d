import type { Family } from '../address/ip.js';
import type { Host, Netns, SourceKind } from '../model/host.js';
import type { Listing } from '../model/listing.js';
import { isHostNetns } from '../model/netns.js';
import { engineMajor } from './engine.js';
import { hasResolver, writesNftables } from './native-rules.js';

/** ufw writes rules of both families, whatever its settings: without IPV6=yes it drops what is IPv6 (ufw-framework(8)). */
const OF_UFW = /^ufw6?-before-(?:input|forward)$/;

/** Since Engine 27 ip6tables is on unless somebody turned it off. */
const WITH_IP6TABLES = 27;
/** Chains that dockerd makes for both families at once (since 28). */
const OF_BOTH_FAMILIES = ['DOCKER-FORWARD', 'DOCKER-CT', 'DOCKER-BRIDGE'];
/** Tables that Docker and netavark make by nftables, in which their rules then stand. */
const NATIVE_TABLE = /^(?:docker|netavark)/;

/** What of a listing cannot be so: a blank one, or one that shows less, or other things, than other listings tell of. */
export interface Doubt {
  readonly kind: SourceKind;
  readonly listing: Listing;
  /** In a phrase: "Docker has networks here, for which it makes rules". */
  readonly why: string;
  /** What is left of it: nothing, a part of what is there, or all of it, under reserve. */
  readonly leaves: 'nothing' | 'part' | 'doubted';
}

/** A user's runtime makes its bridges and rules in a namespace of that user's. */
function isRootless({ containers }: Host): boolean {
  return containers.length > 0 && containers.every(({ rootless }) => rootless === true);
}

function bridged(host: Host): boolean {
  return !isRootless(host) && host.networks.some(({ driver }) => driver === 'bridge');
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

/** @returns what tells that the other family's rules are of a tool that writes those of both. */
function byToolOfBoth({ rulesets }: Netns, other: Family): string | undefined {
  const tables = rulesets.filter(({ family }) => family === other).flatMap((set) => [...set.tables.values()]);
  const ofUfw = tables.some(({ chains }) => [...chains.keys()].some((name) => OF_UFW.test(name)));
  return ofUfw ? 'ufw writes rules of both families, and those of the other are listed' : undefined;
}

function needsRules(host: Host, netns: Netns): string | undefined {
  const told = toldByNft(netns, 'ip') ?? byToolOfBoth(netns, 6);
  if (told !== undefined) return told;
  if (byNftables(host, netns)) return undefined;
  if (!isHostNetns(netns.name)) return hasResolver(host, netns.name) ? "Docker's resolver has its rules in this namespace" : undefined;
  const published = host.containers.some((one) => one.rootless !== true && one.published.length > 0);
  return bridged(host) || published ? 'Docker has networks here, for which it makes rules' : undefined;
}

function needsRules6(host: Host, netns: Netns): string | undefined {
  const told = toldByNft(netns, 'ip6') ?? byToolOfBoth(netns, 4);
  if (told !== undefined) return told;
  if (!isHostNetns(netns.name)) return undefined;
  const chains = netns.rulesets.find((set) => set.family === 4)?.tables.get('filter')?.chains;
  if (OF_BOTH_FAMILIES.some((name) => chains?.has(name))) return 'Docker makes its chains for both families here';
  const expected = bridged(host) && !byNftables(host, netns) && (engineMajor(host) ?? 0) >= WITH_IP6TABLES;
  return expected ? `Docker ${host.meta.docker} writes IPv6 rules for its bridges` : undefined;
}

function needsSockets(host: Host, netns: Netns): string | undefined {
  const { containers, networks } = host;
  if (isHostNetns(netns.name))
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
    return why === undefined ? [] : [{ kind, listing, why, leaves: 'nothing' }];
  });
}

/**
 * A blank listing of rules is also what a command that failed leaves. nft, which lists the rules of iptables-nft too, bears out that
 * there are none, on hosts where nothing is of iptables-legacy.
 * @returns kinds of such listings of a namespace that are taken at their word.
 */
export function takenBlanks({ netns: all }: Host, { sources }: Netns): readonly SourceKind[] {
  const legacy = [...all.values()].some(({ rulesets }) => rulesets.some(({ backend }) => backend === 'legacy'));
  if (!legacy && sources.get('nft')?.state === 'whole') return [];
  return (['iptables', 'ip6tables'] as const).filter((kind) => sources.get(kind)?.blank === true);
}

import type { Container, DockerNetwork, Host, Netns } from '../model/host.js';
import { isHostNetns } from '../model/netns.js';
import { evidentTool } from './native-signs.js';

/**
 * What is known of the native nftables rules of a namespace, which no listing of iptables shows: `shown`: they are listed;
 * `assumed`: nothing tells that there are any, and they are taken to be none; `open`: there are some, or there may well be;
 * `resolver`: Docker writes there what leads to its resolver, and nothing else.
 */
export type NativeRules =
  | { readonly kind: 'shown' | 'assumed' }
  /** `sign`: what tells of them, in a phrase. */
  | { readonly kind: 'open' | 'resolver'; readonly sign: string };

const SHOWN: NativeRules = { kind: 'shown' };
const ASSUMED: NativeRules = { kind: 'assumed' };

/** Networks whose containers ask no resolver of Docker's (sandbox.go, needResolver). */
const WITHOUT_RESOLVER: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'podman']);

/** As podman names the bridges that it makes: netavark, and CNI before it. */
const BRIDGE_OF_PODMAN = /^(?:cni-)?podman\d+$/;

/** Docker's resolver is in the container's namespace; podman's, aardvark-dns, listens at the gateway's address, which is the host's. */
function isPodmans({ endpoints, runtime }: Container, networks: readonly DockerNetwork[]): boolean {
  if (runtime === 'podman') return true;
  const on = networks.filter(({ id, name }) => endpoints.some((e) => e.networkId === id || (e.networkId === '' && e.network === name)));
  return on.some((one) => one.runtime === 'podman' || BRIDGE_OF_PODMAN.test(one.bridge ?? ''));
}

/** @returns whether Docker's resolver listens at 127.0.0.11 in a namespace: on every network of Docker's that somebody made. */
export function hasResolver({ containers, networks }: Pick<Host, 'containers' | 'networks'>, netns: string): boolean {
  return containers.some(
    (one) =>
      one.running &&
      one.netns === netns &&
      one.endpoints.some(({ network }) => !WITHOUT_RESOLVER.has(network)) &&
      !isPodmans(one, networks),
  );
}

/**
 * Reads `FirewallBackend` of `docker info` (since Engine 28: `iptables`, `nftables`, either with `+firewalld`).
 * @returns its driver; undefined where nothing tells.
 */
export function firewallBackend({ info }: Pick<Host, 'info'>): string | undefined {
  if (typeof info !== 'object' || info === null || !('FirewallBackend' in info)) return undefined;
  const told: unknown = info.FirewallBackend;
  if (typeof told === 'string') return told;
  if (typeof told !== 'object' || told === null || !('Driver' in told)) return undefined;
  return typeof told.Driver === 'string' ? told.Driver : undefined;
}

/** @returns whether Docker writes its rules in nftables' own language, as far as it says so. */
export function writesNftables(host: Pick<Host, 'info'>): boolean {
  return firewallBackend(host)?.startsWith('nftables') === true;
}

function signOf(host: Host, netns: Netns): string | undefined {
  const broken = netns.refused?.get('nft');
  if (broken !== undefined) return `${broken}, of which nothing could be read, is there`;
  const warned = netns.rulesets.find((set) => set.beyond !== undefined);
  if (warned?.beyond !== undefined) return `${warned.file}:${warned.beyond} tells of a table that iptables cannot show`;
  return isHostNetns(netns.name) ? (toldByDocker(host) ?? evidentTool(netns)) : undefined;
}

function toldByDocker(host: Host): string | undefined {
  const backend = firewallBackend(host);
  if (backend?.startsWith('nftables') === true) return 'docker info says that Docker writes its rules by nftables';
  if (backend?.endsWith('firewalld') === true) return 'docker info says that firewalld runs, which writes nftables';
  return undefined;
}

function find(host: Host, netns: Netns): NativeRules {
  const listing = netns.sources.get('nft');
  if (listing !== undefined) {
    if (netns.nftables?.incomplete === true) return { kind: 'open', sign: `${listing.file} does not show all tables` };
    if (netns.nftables?.unread === true) return { kind: 'open', sign: `${listing.file} holds a table or chain that was not understood` };
    return listing.cut === true && listing.state === 'part'
      ? { kind: 'open', sign: `${listing.file}, whose end is missing, shows some` }
      : SHOWN;
  }
  const sign = signOf(host, netns);
  if (sign !== undefined) return { kind: 'open', sign };
  if (!isHostNetns(netns.name) && writesNftables(host) && hasResolver(host, netns.name))
    return { kind: 'resolver', sign: 'docker info says that Docker writes its rules by nftables' };
  return ASSUMED;
}

const known = new WeakMap<Host, Map<string, NativeRules>>();

/** @returns what is known of the native rules of a namespace, found once. */
export function nativeRulesOf(host: Host, name: string): NativeRules {
  let ofHost = known.get(host);
  if (ofHost === undefined) known.set(host, (ofHost = new Map<string, NativeRules>()));
  let found = ofHost.get(name);
  if (found === undefined) {
    const netns = host.netns.get(name);
    ofHost.set(name, (found = netns === undefined ? ASSUMED : find(host, netns)));
  }
  return found;
}

import type { Container, Host, Netns } from '../model/host.js';
import type { Listing } from '../model/listing.js';
import { standInsOf } from './stand-ins.js';

/** @returns whether a namespace may speak IPv6: where addresses are listed, only with one that others can send to. */
export function hasIpv6({ sources, interfaces }: Netns): boolean {
  if (sources.get('addr')?.state !== 'whole') return true;
  return interfaces.some(({ addresses }) =>
    addresses.some(({ ip, scope }) => typeof ip === 'bigint' && scope !== 'link' && scope !== 'host'),
  );
}

/** Since Engine 27 ip6tables is on unless somebody turned it off. */
const WITH_IP6TABLES = 27;

function bridged({ networks }: Host): boolean {
  return networks.some(({ driver }) => driver === 'bridge');
}

/** Docker's rules may stand in nftables itself (Engine 29): then iptables has none, and the native listing shows them. */
function byNftables({ info, netns }: Host): boolean {
  const told = typeof info === 'object' && info !== null && 'FirewallBackend' in info ? JSON.stringify(info.FirewallBackend) : '';
  return told.includes('nftables') || netns.get('host')?.sources.has('nft') === true;
}

/** Of every published port whether a socket is there for it; none where the Engine gives ports no sockets at all. */
function unheld(host: Host): readonly string[] {
  const sockets = host.netns.get('host')?.sockets ?? [];
  const standIns = standInsOf(host);
  const held = new Set(sockets.filter((s) => standIns.coversPublished(s)).map((s) => `${s.port}/${s.proto}`));
  if (held.size === 0) return [];
  const published = host.containers.filter((c) => c.running && c.netns !== 'host').flatMap((c) => c.published);
  return [...new Set(published.filter((p) => p.proto !== 'sctp').map((p) => `${p.hostPort}/${p.proto}`))].filter((port) => !held.has(port));
}

function ofHost(host: Host, kind: string, blank: boolean): string | undefined {
  switch (kind) {
    case 'iptables':
      return blank && bridged(host) && !byNftables(host) ? 'it is blank, and Docker writes rules for its bridges' : undefined;
    case 'ip6tables': {
      const { docker = '' } = host.meta;
      const expected = bridged(host) && !byNftables(host) && Number.parseInt(docker, 10) >= WITH_IP6TABLES;
      return blank && expected ? `it is blank, and Docker ${docker} writes IPv6 rules for its bridges` : undefined;
    }
    case 'sockets': {
      if (blank)
        return host.containers.some((c) => c.running && c.published.length > 0) ? 'it is blank, and ports are published' : undefined;
      const [port] = unheld(host);
      return port === undefined ? undefined : `it lacks the socket of published port ${port}, and shows those of others`;
    }
    default:
      return undefined;
  }
}

/** On networks that users made, Docker answers for names at 127.0.0.11, by rules in the container's own namespace (libnetwork, setupResolver). */
function hasOwnResolver({ endpoints }: Container, { networks }: Host): boolean {
  const made = new Set(
    networks.filter((n) => n.driver === 'bridge' && n.name !== 'bridge' && n.name !== 'docker_gwbridge').map((n) => n.name),
  );
  return endpoints.some((e) => made.has(e.network));
}

/**
 * Whether a listing that seems whole is: a command that failed leaves a blank file, as does one that has nothing to list, and
 * sockets end where a paste does.
 * @returns what speaks against it, in a phrase; undefined where nothing does.
 */
export function doubtOf(host: Host, netns: Netns, kind: string, listing: Listing): string | undefined {
  const blank = listing.blank === true;
  if (netns.name === 'host') return ofHost(host, kind, blank);
  const own = host.containers.filter((c) => c.running && c.netns === netns.name);
  if (blank && kind === 'iptables' && !byNftables(host) && own.some((c) => hasOwnResolver(c, host)))
    return 'it is blank, and Docker writes rules there for the resolver of networks of its own';
  const listens = kind === 'sockets' && own.some((c) => c.published.length > 0 || c.exposed.length > 0);
  return blank && listens ? 'it is blank, and the container publishes or exposes a port' : undefined;
}

import type { Container, DockerNetwork, Netns, SourceKind } from '../model/host.js';
import type { Problem } from '../model/origin.js';

/** What Docker tells of a host, whole or in part. */
export interface DockerFacts {
  readonly containers: readonly Container[];
  readonly networks: readonly DockerNetwork[];
}

/** Networks whose containers ask no resolver of Docker's. */
const WITHOUT_RESOLVER: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'podman']);
/** Chains that dockerd makes for both families at once (since 28). */
const OF_BOTH_FAMILIES = ['DOCKER-FORWARD', 'DOCKER-CT', 'DOCKER-BRIDGE'];

function ownContainers(netns: Netns, { containers }: DockerFacts): readonly Container[] {
  return containers.filter((container) => container.running && container.netns === netns.name);
}

/** Docker's resolver listens in such a namespace and has its rules there. */
function hasResolver(netns: Netns, facts: DockerFacts): boolean {
  return ownContainers(netns, facts).some((one) => one.endpoints.some(({ network }) => !WITHOUT_RESOLVER.has(network)));
}

/** Docker's bridges have rules, but where its native nftables tables are listed. */
function needsRules(netns: Netns, facts: DockerFacts): boolean {
  const native = netns.foreign.some(({ table }) => /^(?:docker|netavark)/.test(table));
  return (
    !native &&
    !netns.sources.has('nft') &&
    (facts.networks.some((n) => n.driver === 'bridge') || facts.containers.some((c) => c.published.length > 0))
  );
}

/** @returns why an empty listing cannot be all there is; undefined where it may be. */
function doubt(netns: Netns, kind: SourceKind, facts: DockerFacts): string | undefined {
  const host = netns.name === 'host';
  switch (kind) {
    case 'iptables':
      if (host) return needsRules(netns, facts) ? 'Docker has networks here, for which it makes rules' : undefined;
      return hasResolver(netns, facts) && !netns.sources.has('nft') ? "Docker's resolver has its rules in this namespace" : undefined;
    case 'ip6tables': {
      const chains = netns.rulesets.find((set) => set.family === 4)?.tables.get('filter')?.chains;
      return host && OF_BOTH_FAMILIES.some((name) => chains?.has(name)) ? 'Docker makes its chains for both families here' : undefined;
    }
    case 'sockets': {
      if (host)
        return facts.containers.length + facts.networks.length > 0 ? 'dockerd and its proxies listen on a host of Docker' : undefined;
      if (hasResolver(netns, facts)) return "Docker's resolver listens in this namespace";
      const open = ownContainers(netns, facts).some((one) => one.exposed.length + one.published.length > 0);
      return open ? 'docker inspect tells of ports that the container has open' : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * Takes away listings that are empty where something must be: their command failed, and what they would show is not known.
 */
export function withoutDoubtfulBlanks(netns: Netns, facts: DockerFacts): { readonly netns: Netns; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const sources = new Map(netns.sources);
  let { rulesets } = netns;
  for (const [kind, listing] of netns.sources) {
    const why = listing.blank === true ? doubt(netns, kind, facts) : undefined;
    if (why === undefined) continue;
    sources.delete(kind);
    if (kind === 'iptables' || kind === 'ip6tables') rulesets = rulesets.filter((set) => set.file !== listing.file);
    const message = `the file is empty, but ${why}: the command failed, and the file is not used; take the listing again`;
    problems.push({ origin: { file: listing.file, line: 0 }, text: '', message, kind: 'contradiction' });
  }
  return problems.length === 0 ? { netns, problems } : { netns: { ...netns, sources, rulesets }, problems };
}

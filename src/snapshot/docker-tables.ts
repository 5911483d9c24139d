import type { Container, DockerNetwork, Netns } from '../model/host.js';
import { append } from '../address/append.js';
import type { ListingReader } from './listing.js';
import { parseComposePs } from './parsers/compose-ps.js';
import type { DockerObjects } from './parsers/docker-inspect.js';
import { parseDockerPort } from './parsers/docker-port.js';
import { parseDockerPs, parseNetworkLs } from './parsers/docker-ps.js';
import { readOne } from './written.js';

/** Containers that are told of by their names: of services, and with what they publish. */
function namedIn(reader: ListingReader): readonly Container[] {
  const composed = ['compose-ps.json', 'compose-ps.txt'].flatMap((name) => reader.filesOf(name));
  const read = composed.flatMap((file) => reader.parse(file, parseComposePs) ?? []);
  append(
    reader.problems,
    read.flatMap(({ problems }) => problems),
  );
  return [...read.flatMap(({ data }) => data), ...(readOne(reader, 'port.txt', parseDockerPort) ?? [])];
}

/** Adds what is told by name to containers of which less is known, and those that nothing else tells of. */
function withNamed(known: readonly Container[], named: readonly Container[]): readonly Container[] {
  const all = new Map(known.map((one) => [one.name, one]));
  for (const one of named) {
    const before = all.get(one.name);
    if (before === undefined) all.set(one.name, one);
    else if (before.networkMode === '') {
      const published = before.published.length > 0 ? before.published : one.published;
      all.set(one.name, { ...before, published, labels: new Map([...one.labels, ...before.labels]) });
    }
  }
  return [...all.values()];
}

/** Networks and containers that docker's own tables add to what inspect gave: those it did not tell of, matched by id. */
export function withTables(
  reader: ListingReader,
  inspected: DockerObjects,
): DockerObjects & { readonly listed: ReadonlySet<DockerNetwork> } {
  const listed = readOne(reader, 'ps.txt', parseDockerPs) ?? [];
  const networks = readOne(reader, 'network-ls.txt', parseNetworkLs) ?? [];
  const added = <T extends { readonly id: string }>(listed: readonly T[], known: readonly T[]): T[] =>
    listed.filter(({ id }) => !known.some((other) => other.id.startsWith(id)));
  return {
    containers: withNamed([...inspected.containers, ...added(listed, inspected.containers)], namedIn(reader)),
    networks: [...inspected.networks, ...added(networks, inspected.networks)],
    listed: new Set(networks),
  };
}

/** A table of networks does not name their bridges: one that the host does not have is called otherwise. */
export function withKnownBridges(
  networks: readonly DockerNetwork[],
  listed: ReadonlySet<DockerNetwork>,
  host: Netns | undefined,
): readonly DockerNetwork[] {
  if (host?.sources.has('addr') !== true) return networks;
  const names = new Set(host.interfaces.map((iface) => iface.name));
  return networks.map((network) => {
    const { bridge, ...rest } = network;
    return bridge === undefined || !listed.has(network) || names.has(bridge) ? network : rest;
  });
}

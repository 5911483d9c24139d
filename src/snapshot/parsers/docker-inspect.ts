import type { Container, DockerNetwork } from '../../model/host.js';
import { HOST_NETNS } from '../../model/netns.js';
import { containerOf } from './docker-container.js';
import { networkOf } from './docker-network.js';
import { jsonList } from './json-view.js';
import { isPodmanNetwork, podmanNetworkOf } from './podman-network.js';
import { ProblemList, unlessRefused, type Parsed } from './source.js';

export interface DockerObjects {
  readonly containers: readonly Container[];
  readonly networks: readonly DockerNetwork[];
}

/** @returns containers with their namespaces: who shares another's lives where that one lives; a ring of such references ends at itself. */
export function resolveNetns(containers: readonly Container[]): Container[] {
  const known = new Map(containers.flatMap((c) => [[c.name, c] as const, [c.id, c] as const]).reverse());
  const find = (ref: string): Container | undefined => known.get(ref) ?? containers.find((c) => c.id.startsWith(ref));
  const homes = new Map<Container, string>();
  const home = (from: Container): string => {
    const way = new Set<Container>();
    let at = from;
    for (let known = homes.get(at); known === undefined; known = homes.get(at)) {
      way.add(at);
      const other = at.networkMode.startsWith('container:') ? find(at.networkMode.slice('container:'.length)) : undefined;
      if (other === undefined || way.has(other)) homes.set(at, at.networkMode === 'host' ? HOST_NETNS : at.name);
      else at = other;
    }
    const name = homes.get(at) ?? at.name;
    for (const container of way) homes.set(container, name);
    return name;
  };
  const homed = containers.map((container) => ({ ...container, netns: home(container) }));
  // podman tells the ports of a pod with each of its containers: whose namespace it is publishes them
  const owners = new Set(homed.filter(({ netns, name }) => netns === name).map(({ name }) => name));
  return homed.map((one) => (one.netns !== one.name && owners.has(one.netns) ? { ...one, published: [] } : one));
}

/**
 * Reads `docker inspect` of containers, networks or both.
 * @throws SnapshotError on broken JSON.
 */
export function parseDockerInspect(text: string, file: string): Parsed<DockerObjects> {
  const problems = new ProblemList(file);
  const containers: Container[] = [];
  const networks: DockerNetwork[] = [];
  for (const view of jsonList(text, problems)) {
    if (view.has('NetworkSettings') || view.has('HostConfig')) containers.push(...(unlessRefused(() => containerOf(view)) ?? []));
    else if (view.has('IPAM') || view.has('Driver')) networks.push(...(unlessRefused(() => networkOf(view)) ?? []));
    else if (isPodmanNetwork(view)) networks.push(...(unlessRefused(() => podmanNetworkOf(view)) ?? []));
    else view.reject('neither a container nor a network of docker inspect');
  }
  return { data: { containers: resolveNetns(containers), networks }, problems: problems.list };
}

import type { Container, DockerNetwork } from '../../model/host.js';
import { containerOf } from './docker-container.js';
import { networkOf } from './docker-network.js';
import { jsonList } from './json-view.js';
import { ProblemList, type Parsed } from './source.js';

export interface DockerObjects {
  readonly containers: readonly Container[];
  readonly networks: readonly DockerNetwork[];
}

/** A container that shares another's namespace lives where that one lives; a ring of such references ends at itself. */
function resolveNetns(containers: readonly Container[]): Container[] {
  const find = (ref: string): Container | undefined =>
    containers.find((c) => c.id === ref || c.name === ref) ?? containers.find((c) => c.id.startsWith(ref));
  const home = (container: Container, seen: ReadonlySet<string>): string => {
    if (container.networkMode === 'host') return 'host';
    if (!container.networkMode.startsWith('container:')) return container.name;
    const other = find(container.networkMode.slice('container:'.length));
    return other === undefined || seen.has(other.id) ? container.name : home(other, new Set([...seen, other.id]));
  };
  return containers.map((container) => ({ ...container, netns: home(container, new Set([container.id])) }));
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
    if (view.has('NetworkSettings') || view.has('HostConfig')) containers.push(...containerOf(view));
    else if (view.has('IPAM') || view.has('Driver')) networks.push(...networkOf(view));
    else view.reject('neither a container nor a network of docker inspect');
  }
  return { data: { containers: resolveNetns(containers), networks }, problems: problems.list };
}

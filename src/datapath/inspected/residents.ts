import { isDockersEnd } from '../../inventory/index.js';
import type { Container, DockerNetwork, Endpoint, Host } from '../../model/host.js';
import type { NetnsName } from '../../model/netns.js';
import type { Origin } from '../../model/origin.js';

/** Who lives in a namespace, and on which networks, as Docker tells. */
export interface Resident {
  readonly netns: NetnsName;
  readonly endpoints: readonly Endpoint[];
  /** `docker network inspect` names it, and no `docker inspect`. */
  readonly ofNetworksAlone: boolean;
  readonly origin: Origin;
}

/** Containers that only `docker network inspect` names: their networks tell where they are. */
function membersOf(networks: readonly DockerNetwork[], known: (id: string, name: string) => boolean): readonly Resident[] {
  const found = new Map<
    string,
    { readonly netns: string; readonly endpoints: Endpoint[]; readonly ofNetworksAlone: true; readonly origin: Origin }
  >();
  for (const network of networks) {
    for (const { id, name, endpoint } of network.members ?? []) {
      if (isDockersEnd(name) || known(id, name)) continue;
      const resident = found.get(name) ?? { netns: name, endpoints: [], ofNetworksAlone: true, origin: network.origin };
      resident.endpoints.push(endpoint);
      found.set(name, resident);
    }
  }
  return [...found.values()];
}

/** What a container of overlays has on docker_gwbridge, which its own description leaves out. */
function gatewayEndsOf({ id }: Container, networks: readonly DockerNetwork[]): readonly Endpoint[] {
  return networks.flatMap(({ members = [] }) =>
    members.filter((one) => one.id === id && isDockersEnd(one.name)).map((one) => one.endpoint),
  );
}

/** @returns who has a namespace of its own, by `docker inspect` and, of containers that it does not show, by the networks. */
export function residentsOf({ containers, networks }: Host): readonly Resident[] {
  const running = containers.filter((one) => one.running && one.netns === one.name && one.endpoints.length > 0);
  const told = containers.filter((one) => one.endpoints.length > 0 || one.netns !== one.name);
  const members = membersOf(networks, (id, name) =>
    told.some((one) => one.name === name || one.id.startsWith(id) || id.startsWith(one.id)),
  );
  return [
    ...running.map((one) => ({
      netns: one.netns,
      endpoints: [...one.endpoints, ...gatewayEndsOf(one, networks)],
      ofNetworksAlone: false,
      origin: one.origin,
    })),
    ...members,
  ];
}

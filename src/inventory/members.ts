import type { Ip } from '../address/ip.js';
import type { Container, DockerNetwork, Endpoint, Host } from '../model/host.js';
import { isHostNetns } from '../model/netns.js';

/** @returns running containers that have a namespace of their own, not that of the host or of another container. */
export function withOwnNetns({ containers }: Host): readonly Container[] {
  return containers.filter((c) => c.running && c.netns === c.name);
}

/** @returns a container's end on a network, by the network's id, or by its name where an older listing tells nothing else. */
export function endpointOn({ endpoints }: Container, network: DockerNetwork): Endpoint | undefined {
  return endpoints.find((e) => e.network === network.name || (e.networkId !== '' && e.networkId === network.id));
}

/** @returns running containers on the host's network, and on that of such a container. */
export function onHostNetns({ containers }: Host): readonly Container[] {
  return containers.filter((c) => c.running && isHostNetns(c.netns));
}

/** @returns the addresses that a container has on its networks, as docker inspect tells. */
export function endpointAddresses({ endpoints }: Container): readonly Ip[] {
  return endpoints.flatMap(({ ip, ip6 }) => [ip, ip6].filter((one) => one !== undefined));
}

import { familyOf, formatIp, type Family, type Ip } from '../../address/ip.js';
import type { Container, DockerNetwork, Endpoint, Host, Netns } from '../../model/host.js';
import type { Route } from '../../model/link.js';
import { HOST_NETNS } from '../../model/netns.js';
import { withOwnNetns } from '../members.js';
import { gatewayModeOf } from '../network-options.js';

/** The container whose own namespace it is. */
function ownerOf(host: Host, netns: string): Container | undefined {
  return withOwnNetns(host).find((one) => one.netns === netns && one.runtime === undefined && one.rootless !== true);
}

function networkOf({ networks }: Host, { network, networkId }: Endpoint): DockerNetwork | undefined {
  return networks.find(({ id, name }) => (networkId === '' ? name === network : id === networkId));
}

/** A network by whose gateway Docker lets its containers out: not one that is internal, or whose bridge has no address. */
function leadsOut(network: DockerNetwork, family: Family): boolean {
  return network.driver === 'bridge' && !network.internal && gatewayModeOf(network, family) !== 'isolated';
}

/**
 * Docker gives a container a default route by the gateway of one of its networks (libnetwork, sandbox.go: getGatewayEndpoint).
 * @returns in a phrase, that none of the routes is that; undefined where one is.
 */
export function lostDefaultRoute(host: Host, { name, routes }: Netns, of: Family): string | undefined {
  const endpoints = ownerOf(host, name)?.endpoints ?? [];
  const gatewayOf = ({ gateway, gateway6 }: Endpoint): Ip | undefined => (of === 4 ? gateway : gateway6);
  const first = endpoints.find((endpoint) => {
    const network = networkOf(host, endpoint);
    return gatewayOf(endpoint) !== undefined && network !== undefined && leadsOut(network, of);
  });
  const gateways = new Set(endpoints.map(gatewayOf));
  const isDockers = ({ family, dst, nexthops }: Route): boolean =>
    family === of && dst.length === 0 && nexthops.some(({ via }) => via !== undefined && gateways.has(via));
  if (first === undefined || routes.some(isDockers)) return undefined;
  return `it lacks the default route that Docker makes, by the gateway of network ${first.network}`;
}

/** What docker inspect tells of an end of a container, and its interfaces are not. */
function against({ interfaces }: Netns, { network, ip, mac }: Endpoint): string | undefined {
  if (ip === undefined) return undefined;
  const own = interfaces.find(({ addresses }) => addresses.some((one) => one.ip === ip));
  if (own === undefined) return `docker inspect tells of address ${formatIp(ip)} on network ${network}, and it shows none`;
  if (mac === undefined || own.mac === undefined || mac.toLowerCase() === own.mac) return undefined;
  return `docker inspect tells of MAC address ${mac} on network ${network}, and it shows ${own.mac}`;
}

/** @returns in a phrase, what docker inspect tells of a container's addresses that its interfaces contradict; undefined where they agree. */
export function otherEndpoint(host: Host, netns: Netns): string | undefined {
  const found = ownerOf(host, netns.name)?.endpoints.flatMap((endpoint) => against(netns, endpoint) ?? []);
  return found?.[0];
}

/** @returns whether docker inspect tells of the addresses that a namespace's interfaces have, and of no other. */
export function isVouchedFor(host: Host, netns: Netns): boolean {
  const ends = (ownerOf(host, netns.name)?.endpoints ?? []).filter(({ ip, mac }) => ip !== undefined && mac !== undefined);
  return ends.length > 0 && otherEndpoint(host, netns) === undefined;
}

/** A bridge that Docker made of a network, and its address there. */
function gatewayOn(own: Netns, { bridge, subnets }: DockerNetwork): string | undefined {
  const device = own.interfaces.find(({ name }) => name === bridge);
  if (device === undefined) return `it lacks bridge ${bridge ?? ''}`;
  const has = (ip: Ip): boolean => device.addresses.some((one) => one.ip === ip);
  const lost = subnets.flatMap(({ gateway }) => (gateway !== undefined && familyOf(gateway) === 4 && !has(gateway) ? [gateway] : []))[0];
  return lost === undefined ? undefined : `it lacks address ${formatIp(lost)} of bridge ${bridge ?? ''}`;
}

/** @returns in a phrase, what Docker's networks have on the host and its interfaces do not show; undefined where they do. */
export function lostBridge(host: Host): string | undefined {
  const own = host.netns.get(HOST_NETNS);
  if (own === undefined || host.containers.some(({ rootless }) => rootless === true)) return undefined;
  const bridged = host.networks.filter(
    (one) => one.driver === 'bridge' && one.bridge !== undefined && one.runtime === undefined && gatewayModeOf(one, 4) !== 'isolated',
  );
  for (const network of bridged) {
    const lost = gatewayOn(own, network);
    if (lost !== undefined) return `${lost}, which network ${network.name} of Docker has`;
  }
  return undefined;
}

/** @returns in a phrase, an end of a running container that no listing of networks tells of, or the other way; undefined where they agree. */
export function otherNetworks(host: Host): string | undefined {
  for (const container of host.containers.filter(({ running, rootless, runtime }) => running && rootless !== true && runtime === undefined))
    for (const endpoint of container.endpoints.filter(({ networkId }) => networkId !== '')) {
      const network = networkOf(host, endpoint);
      if (network === undefined) return `it lacks network ${endpoint.network}, which ${container.name} is on`;
      const members = network.members;
      if (members !== undefined && members.length > 0 && endpoint.ip !== undefined && !members.some(({ id }) => id === container.id))
        return `it does not show ${container.name} on network ${network.name}, where docker inspect does`;
    }
  return undefined;
}

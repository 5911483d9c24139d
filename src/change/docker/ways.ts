import type { Family } from '../../address/ip.js';
import type { Container, DockerNetwork, Endpoint, Host, PublishedPort } from '../../model/host.js';
import { hostBinding, mannerOf } from './bridge-options.js';
import type { EngineStyle } from './style.js';

/** By which of its networks a container's packets leave, and its published ports are led in: one a family. */
export interface Ways {
  readonly v4: Endpoint | undefined;
  readonly v6: Endpoint | undefined;
}

const FAMILIES = [4, 6] as const;

const networkOf = (host: Host, { network }: Endpoint): DockerNetwork | undefined => host.networks.find(({ name }) => name === network);

function leads(host: Host, endpoint: Endpoint, family: Family): boolean {
  if (networkOf(host, endpoint)?.internal === true) return false;
  return family === 4
    ? endpoint.ip !== undefined && endpoint.gateway !== undefined
    : endpoint.ip6 !== undefined && endpoint.gateway6 !== undefined;
}

/** Endpoint.Less of libnetwork: by priority, then those that lead out in more families, then by the network's name. */
function ranked(host: Host, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const priority = ({ gatewayPriority = 0 }: Endpoint): number => gatewayPriority;
  const families = (endpoint: Endpoint): number => FAMILIES.filter((family) => leads(host, endpoint, family)).length;
  return endpoints
    .filter((endpoint) => families(endpoint) > 0)
    .sort((a, b) => priority(b) - priority(a) || families(b) - families(a) || (a.network < b.network ? -1 : 1));
}

/**
 * selectGatewayEndpoint of libnetwork: the first network that leads out in both families is the way of both, whatever its priority; else the first of each.
 * Before Engine 28 one network is the way of both families.
 */
export function waysOf(host: Host, endpoints: readonly Endpoint[], { since28 }: EngineStyle): Ways {
  const all = ranked(host, endpoints);
  const first = (family: Family): Endpoint | undefined => all.find((endpoint) => leads(host, endpoint, family));
  const both = all.find((endpoint) => FAMILIES.every((family) => leads(host, endpoint, family)));
  if (since28) return both === undefined ? { v4: first(4), v6: first(6) } : { v4: both, v6: both };
  const one = all[0];
  return { v4: one, v6: one !== undefined && leads(host, one, 6) ? one : undefined };
}

/** @returns the way out in one family. */
export function wayIn({ v4, v6 }: Ways, family: Family): Endpoint | undefined {
  return family === 4 ? v4 : v6;
}

/**
 * addPortMappings of the bridge driver: whether the host's addresses of one family lead to the container. What is asked by IPv6 of a container without such an
 * address is taken by the proxy; a routed network opens the container's port, and none of the host.
 */
function isLed(host: Host, ways: Ways, family: Family, { proxy }: EngineStyle): boolean {
  const way = wayIn(ways, family) ?? (family === 6 && proxy ? ways.v4 : undefined);
  const network = way === undefined ? undefined : networkOf(host, way);
  return network?.driver === 'bridge' && mannerOf(host, network, family).mode !== 'routed';
}

/** `com.docker.network.bridge.host_binding_ipv4` of the way out: the address where ports are published that name none; then IPv4 alone has one. */
function bound(host: Host, { v4 }: Ways, port: PublishedPort): PublishedPort {
  const network = v4 === undefined ? undefined : networkOf(host, v4);
  const binding = network === undefined ? undefined : hostBinding(network);
  return binding === undefined || port.hostIp !== undefined || port.family !== undefined ? port : { ...port, hostIp: binding, family: 4 };
}

/** @returns which ports are published by these ways, each with the family that alone has one. */
export function publishedBy(host: Host, ways: Ways, wished: readonly PublishedPort[], style: EngineStyle): readonly PublishedPort[] {
  const led = new Set(FAMILIES.filter((family) => isLed(host, ways, family, style)));
  return wished.flatMap((wish): readonly PublishedPort[] => {
    const port = bound(host, ways, wish);
    const families = FAMILIES.filter((family) => port.family === undefined || port.family === family);
    const open = families.filter((family) => led.has(family));
    return open.length === families.length ? [port] : open.map((family) => ({ ...port, family }));
  });
}

/** @returns what rules are written for: the ports as they are bound by these ways, and those that a routed network opens all the same. */
export function ruledPorts(host: Host, ways: Ways, wished: readonly PublishedPort[]): readonly PublishedPort[] {
  return wished.map((port) => bound(host, ways, port));
}

/** @returns the ports that a container was told to publish, whether or not a network leads them in. */
export function wishedPorts({ published, wished }: Pick<Container, 'published' | 'wished'>): readonly PublishedPort[] {
  return wished ?? published;
}

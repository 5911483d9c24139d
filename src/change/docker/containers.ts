import type { Family, Ip } from '../../address/ip.js';
import type { Container, Endpoint, Host, Netns, PublishedPort } from '../../model/host.js';
import type { Route } from '../../model/link.js';
import { refuse, withNetns, type Change } from '../change.js';
import { checkBridgeOptions } from './bridge-options.js';
import { defaultRoute, endpointOf, plugged } from './link.js';
import { attach, bridgeOf, findNetwork } from './place.js';
import { withoutProxies, withProxies } from './proxies.js';
import { withResolver } from './resolver.js';
import { withDockerRules, withoutDockerRules, type Placement } from './rules.js';
import { checkGeneration, engineStyle } from './style.js';
import { publishedBy, ruledPorts, wayIn, waysOf, wishedPorts, type Ways } from './ways.js';
import { checkWish, readConnect, type EndpointWish } from './endpoint-wish.js';
import { removeLink } from '../ip/link-state.js';

/** @returns the container of that name, or whose id begins so. */
export function findContainer(change: Change, host: Host, name: string | undefined): Container {
  const found = host.containers.find((c) => c.name === name || (name !== undefined && name.length >= 4 && c.id.startsWith(name)));
  if (found !== undefined) return found;
  const names = host.containers.slice(0, 12).map((c) => c.name);
  return refuse(
    change,
    `the snapshot knows no container "${name ?? ''}"; it knows ${names.join(', ') || 'none (docker/containers.json is missing)'}`,
  );
}

const addressesOf = ({ ip, ip6 }: Endpoint): readonly Ip[] => [ip, ip6].filter((one) => one !== undefined);
const FAMILIES = [4, 6] as const;

function update(host: Host, container: Container, fields: Partial<Container>): Host {
  return { ...host, containers: host.containers.map((c) => (c.id === container.id ? { ...c, ...fields } : c)) };
}

const devOf = (netns: Netns | undefined, ip: Ip | undefined): string | undefined =>
  netns?.interfaces.find((i) => i.addresses.some((a) => a.ip === ip))?.name;

/** Where an endpoint lies in one family: on which bridge, at which address. */
function placement(
  host: Host,
  change: Change,
  endpoint: Endpoint | undefined,
  family: Family,
  ports: readonly PublishedPort[],
): Placement | undefined {
  const ip = family === 4 ? endpoint?.ip : endpoint?.ip6;
  if (endpoint === undefined || ip === undefined) return undefined;
  const network = findNetwork(change, host, endpoint.network);
  return network.driver === 'bridge' ? { bridge: bridgeOf(network), ip, ports, internal: false } : undefined;
}

const isDefault = (route: Route): boolean => route.dst.length === 0 && route.type === 'unicast' && route.table === 254;

/** Leads a container's default routes by its ways out. */
function withDefaultRoutes(host: Host, change: Change, { netns }: Container, { v4, v6 }: Ways): Host {
  const wishes = [[v4?.ip, v4?.gateway] as const, [v6?.ip6, v6?.gateway6] as const];
  const routes = wishes.flatMap(([ip, gateway]): readonly Route[] => {
    const dev = devOf(host.netns.get(netns), ip);
    return dev === undefined || gateway === undefined ? [] : [defaultRoute(change, dev, gateway)];
  });
  return withNetns(host, netns, (ns) => ({ ...ns, routes: [...ns.routes.filter((r) => !isDefault(r)), ...routes] }));
}

/** Starts and ends proxies where other ports are published than were. */
function reproxied(host: Host, change: Change, container: Container, old: readonly PublishedPort[], next: readonly PublishedPort[]): Host {
  if (JSON.stringify(old, withBigInts) === JSON.stringify(next, withBigInts)) return host;
  const ended = withoutProxies(host, old, new Set(container.endpoints.flatMap(addressesOf)));
  return withProxies(ended, change, next, engineStyle(host));
}

const withBigInts = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);

/** Leads a container's default routes, and the ports it publishes, to the networks that have become its ways out. */
function rerouted(host: Host, change: Change, container: Container, before: readonly Endpoint[]): Host {
  const style = engineStyle(host);
  const [old, next] = [waysOf(host, before, style), waysOf(host, container.endpoints, style)];
  const moved = FAMILIES.filter((family) => wayIn(old, family)?.network !== wayIn(next, family)?.network);
  if (moved.length === 0) return host;
  const wished = wishedPorts(container);
  const published = publishedBy(host, next, wished, style);
  const bare = moved.reduce((sofar, family) => {
    const at = placement(sofar, change, wayIn(old, family), family, ruledPorts(sofar, old, wished));
    return at === undefined ? sofar : withoutDockerRules(sofar, change, at, 'ports');
  }, host);
  const gone = before.filter((one) => !container.endpoints.some(({ network }) => network === one.network));
  const proxied = reproxied(bare, change, { ...container, endpoints: [...container.endpoints, ...gone] }, container.published, published);
  const led = update(withDefaultRoutes(proxied, change, container, next), container, { published, wished });
  return moved.reduce((sofar, family) => {
    const at = placement(sofar, change, wayIn(next, family), family, ruledPorts(sofar, next, wished));
    return at === undefined ? sofar : withDockerRules(sofar, change, at, style, 'ports');
  }, led);
}

/** What a routed network opens without a port of the host: `docker inspect` tells of it among what is exposed. */
function exposedPorts({ exposed }: Container): readonly PublishedPort[] {
  return exposed.flatMap((text): readonly PublishedPort[] => {
    const [port = '', proto] = text.split('/');
    return proto === 'tcp' || proto === 'udp' || proto === 'sctp' ? [{ proto, containerPort: Number(port), hostPort: 0 }] : [];
  });
}

/** sandboxLeave: the veth goes, and the rules for the addresses that the container had on the network. */
function unplugged(host: Host, change: Change, container: Container, endpoint: Endpoint): Host {
  const dev = devOf(host.netns.get(container.netns), endpoint.ip ?? endpoint.ip6);
  const network = host.networks.find((n) => n.name === endpoint.network);
  const ports = [...container.published, ...wishedPorts(container), ...exposedPorts(container)];
  const bare =
    network?.driver === 'bridge'
      ? addressesOf(endpoint).reduce(
          (sofar, ip) => withoutDockerRules(sofar, change, { bridge: bridgeOf(network), ip, ports, internal: false }, 'all'),
          host,
        )
      : host;
  return dev === undefined ? bare : removeLink(bare, change, container.netns, dev);
}

/** `docker network connect [--ip IP] [--ip6 IP] [--alias NAME] [--gw-priority N] NETWORK CONTAINER`. */
export function applyConnect(host: Host, change: Change, words: readonly string[]): Host {
  const { endpoint, names } = readConnect(change, words);
  return connected(host, change, findContainer(change, host, names[1]), { ...endpoint, network: names[0] ?? '' });
}

/** A running container on one more network. */
export function connected(host: Host, change: Change, container: Container, wish: EndpointWish): Host {
  const network = findNetwork(change, host, wish.network);
  if (!container.running) refuse(change, `${container.name} does not run`);
  if (!host.netns.has(container.netns) || container.netns !== container.name)
    refuse(change, `${container.name} has no namespace of its own in the snapshot`);
  if (container.endpoints.some((e) => e.network === network.name))
    refuse(change, `${container.name} is on network ${network.name} already`);
  if (network.driver === 'bridge') checkGeneration(host, change);
  if (network.driver === 'bridge') checkBridgeOptions({ ...change, tell: undefined }, host, network);
  const places = attach(change, host, network.name, wish.wanted);
  const style = engineStyle(host);
  checkWish(change, style, wish);
  const endpoints = [...container.endpoints, endpointOf(places, wish.aliases, wish.gatewayPriority)];
  const linked = withResolver(plugged(host, change, container.netns, places, style, wish.ifname), change, container.netns, network);
  const closed = places.reduce(
    (sofar, { link, ip }) =>
      link.kind === 'stacked'
        ? sofar
        : withDockerRules(sofar, change, { bridge: link.bridge, ip, ports: [], internal: network.internal }, style),
    linked,
  );
  return rerouted(update(closed, container, { endpoints }), change, { ...container, endpoints }, container.endpoints);
}

/** `docker network disconnect [-f] NETWORK CONTAINER`. */
export function applyDisconnect(host: Host, change: Change, words: readonly string[]): Host {
  const [name = '', who] = words.filter((word) => word !== '-f' && word !== '--force');
  const container = findContainer(change, host, who);
  const network = findNetwork(change, host, name);
  const endpoint = container.endpoints.find((e) => e.network === network.name);
  if (endpoint === undefined) refuse(change, `${container.name} is not on network ${network.name}`);
  const endpoints = container.endpoints.filter((e) => e !== endpoint);
  const next = { ...container, endpoints };
  return rerouted(update(unplugged(host, change, container, endpoint), container, { endpoints }), change, next, container.endpoints);
}

/** `docker stop|kill NAME …`: its links, rules and proxies go, and its namespace unless another container lives in it. */
export function applyStop(host: Host, change: Change, names: readonly string[]): Host {
  if (names.length === 0) refuse(change, 'name the container');
  return names.reduce((sofar, name) => {
    const container = findContainer(change, sofar, name);
    if (!container.running) refuse(change, `${container.name} does not run`);
    if ([...container.labels.keys()].some((label) => label.startsWith('com.docker.swarm.')))
      refuse(change, `${container.name} belongs to a service, which would start another one in its place`);
    const own = container.netns === container.name;
    const bare = own ? container.endpoints.reduce((left, endpoint) => unplugged(left, change, container, endpoint), sofar) : sofar;
    const addresses = new Set(container.endpoints.flatMap(addressesOf));
    const shared = sofar.containers.some((c) => c !== container && c.running && c.netns === container.netns);
    const stopped = update(withoutProxies(bare, container.published, addresses), container, {
      running: false,
      endpoints: container.endpoints.map(({ network, networkId, aliases }) => ({ network, networkId, aliases })),
    });
    const alone = own && !shared;
    return { ...stopped, netns: alone ? new Map([...stopped.netns].filter(([netns]) => netns !== container.netns)) : stopped.netns };
  }, host);
}

/** `docker rm [-f] NAME …`. */
export function applyRemove(host: Host, change: Change, words: readonly string[]): Host {
  const force = words.some((word) => /^(?:-[vl]*f[vl]*|--force)$/.test(word));
  const names = words.filter((word) => !word.startsWith('-'));
  if (names.length === 0) refuse(change, 'name the container: docker rm -f NAME');
  return names.reduce((sofar, name) => {
    const container = findContainer(change, sofar, name);
    if (container.running && !force) refuse(change, `${container.name} runs, so docker keeps it; stop it first or say docker rm -f`);
    const stopped = container.running ? applyStop(sofar, change, [name]) : sofar;
    return { ...stopped, containers: stopped.containers.filter((c) => c.id !== container.id) };
  }, host);
}

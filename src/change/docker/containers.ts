import type { Ip } from '../../address/ip.js';
import { parseIp } from '../../address/ip.js';
import type { Container, Endpoint, Host, Netns } from '../../model/host.js';
import type { Route } from '../../model/link.js';
import { refuse, withNetns, type Change } from '../change.js';
import { defaultRoute, endpointOf, plugged } from './link.js';
import { attach, bridgeOf, findNetwork } from './place.js';
import { withoutProxies, withProxies } from './proxies.js';
import { withResolver } from './resolver.js';
import { engineStyle, withDockerRules, withoutDockerRules } from './rules.js';
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

function update(host: Host, container: Container, fields: Partial<Container>): Host {
  return { ...host, containers: host.containers.map((c) => (c.id === container.id ? { ...c, ...fields } : c)) };
}

/** The endpoint whose network leads out (getGatewayEndpoint): not an internal one, the first by its network's name. */
function gatewayEndpoint(host: Host, endpoints: readonly Endpoint[]): Endpoint | undefined {
  const open = endpoints.filter((e) => host.networks.find((n) => n.name === e.network)?.internal !== true && addressesOf(e).length > 0);
  return [...open].sort((a, b) => (a.network < b.network ? -1 : 1))[0];
}

const devOf = (netns: Netns | undefined, ip: Ip | undefined): string | undefined =>
  netns?.interfaces.find((i) => i.addresses.some((a) => a.ip === ip))?.name;

/** Without the rules that lead ports to one of its networks; without their proxies too, where no other network takes over. */
function withoutWay(
  host: Host,
  change: Change,
  { published: ports, endpoints }: Container,
  old: Endpoint,
  bridge: string,
  isLast: boolean,
): Host {
  const addresses = addressesOf(old);
  const bare = addresses.reduce((sofar, ip) => withoutDockerRules(sofar, change, { bridge, ip, ports, internal: false }, 'ports'), host);
  return isLast ? withoutProxies(bare, ports, new Set([...endpoints.flatMap(addressesOf), ...addresses])) : bare;
}

/** Leads a container's default route, and the ports it publishes, to the network that has become its gateway. */
function rerouted(host: Host, change: Change, container: Container, before: readonly Endpoint[]): Host {
  const [old, next] = [gatewayEndpoint(host, before), gatewayEndpoint(host, container.endpoints)];
  if (old?.network === next?.network) return host;
  const ports = old === undefined ? (container.waiting ?? []) : container.published;
  const style = engineStyle(host);
  const bridge = (endpoint: Endpoint): string => bridgeOf(findNetwork(change, host, endpoint.network));
  const bare =
    old === undefined ? withProxies(host, change, ports, style) : withoutWay(host, change, container, old, bridge(old), next === undefined);
  const netns = bare.netns.get(container.netns);
  const routes = (next === undefined ? [] : [[next.ip, next.gateway] as const, [next.ip6, next.gateway6] as const]).flatMap(
    ([ip, gateway]): readonly Route[] => {
      const dev = devOf(netns, ip);
      return dev === undefined || gateway === undefined ? [] : [defaultRoute(change, dev, gateway)];
    },
  );
  const isDefault = (route: Route): boolean => route.dst.length === 0 && route.type === 'unicast' && route.table === 254;
  const led = withNetns(bare, container.netns, (ns) => ({ ...ns, routes: [...ns.routes.filter((r) => !isDefault(r)), ...routes] }));
  const open = { published: next === undefined ? [] : ports, waiting: next === undefined ? ports : [] };
  const told = update(led, container, open);
  if (next === undefined) return told;
  return addressesOf(next).reduce(
    (sofar, ip) => withDockerRules(sofar, change, { bridge: bridge(next), ip, ports, internal: false }, style, 'ports'),
    told,
  );
}

/** sandboxLeave: the veth goes, and the rules for the addresses that the container had on the network. */
function unplugged(host: Host, change: Change, container: Container, endpoint: Endpoint): Host {
  const dev = devOf(host.netns.get(container.netns), endpoint.ip ?? endpoint.ip6);
  const network = host.networks.find((n) => n.name === endpoint.network);
  const bare =
    network === undefined
      ? host
      : addressesOf(endpoint).reduce(
          (sofar, ip) =>
            withoutDockerRules(sofar, change, { bridge: bridgeOf(network), ip, ports: container.published, internal: false }, 'all'),
          host,
        );
  return dev === undefined ? bare : removeLink(bare, change, container.netns, dev);
}

interface Connecting {
  readonly wanted: readonly Ip[];
  readonly aliases: readonly string[];
  readonly names: readonly string[];
}

function readConnect(change: Change, words: readonly string[]): Connecting {
  const [wanted, aliases, names] = [[] as Ip[], [] as string[], [] as string[]];
  for (let i = 0; i < words.length; i++) {
    const [flag = '', inline] = words[i]!.startsWith('--') ? words[i]!.split('=') : [words[i]];
    if (!flag.startsWith('-')) names.push(flag);
    else if (flag === '--ip' || flag === '--ip6' || flag === '--alias') {
      const value = inline ?? words[++i] ?? refuse(change, `${flag} needs a value`);
      if (flag === '--alias') aliases.push(value);
      else wanted.push(parseIp(value) ?? refuse(change, `"${value}" is no address`));
    } else refuse(change, `the option ${flag} of docker network connect is not modelled; --ip, --ip6 and --alias are`);
  }
  return { wanted, aliases, names };
}

/** `docker network connect [--ip IP] [--ip6 IP] [--alias NAME] NETWORK CONTAINER`. */
export function applyConnect(host: Host, change: Change, words: readonly string[]): Host {
  const { wanted, aliases, names } = readConnect(change, words);
  const container = findContainer(change, host, names[1]);
  const network = findNetwork(change, host, names[0] ?? '');
  if (!container.running) refuse(change, `${container.name} does not run`);
  if (!host.netns.has(container.netns) || container.netns !== container.name)
    refuse(change, `${container.name} has no namespace of its own in the snapshot`);
  if (container.endpoints.some((e) => e.network === network.name))
    refuse(change, `${container.name} is on network ${network.name} already`);
  const places = attach(change, host, network.name, wanted);
  const style = engineStyle(host);
  const endpoints = [...container.endpoints, endpointOf(places, aliases)];
  const linked = withResolver(plugged(host, change, container.netns, places, style), change, container.netns, network);
  const closed = places.reduce(
    (sofar, { bridge, ip: own }) => withDockerRules(sofar, change, { bridge, ip: own, ports: [], internal: network.internal }, style),
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

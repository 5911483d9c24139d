import type { Container, Endpoint, Host } from '../../model/host.js';
import { HOST_NETNS } from '../../model/netns.js';
import { CONTAINER, refusal } from '../../names/index.js';
import { refuse, withNetns, type Change } from '../change.js';
import { describeContainer, hasOwnV6, movedIn, newNetns } from './container.js';
import { connected, findContainer } from './containers.js';
import { checkWish } from './endpoint-wish.js';
import { defaultRoute, endpointOf, plugged } from './link.js';
import { readRun, type RunOptions } from './options.js';
import { checkBridgeOptions, hostBinding } from './bridge-options.js';
import { attach, type SubnetPlace } from './place.js';
import { allocate } from './ports.js';
import { withProxies } from './proxies.js';
import { withResolver } from './resolver.js';
import { withDockerRules } from './rules.js';
import { checkGeneration, engineStyle } from './style.js';
import { publishedBy, ruledPorts, waysOf } from './ways.js';

/** `--network container:NAME`: it shares another's namespace. */
function inAnothers(host: Host, change: Change, run: RunOptions): Host {
  const other = findContainer(change, host, run.first.network.slice('container:'.length));
  if (!other.running) refuse(change, `${other.name} does not run: its network cannot be joined`);
  if (run.exposed.length > 0)
    refuse(
      change,
      "what lives in another container's network can neither publish nor expose ports: say it of that one (conflicting options)",
    );
  const { netns } = other;
  const container = describeContainer(change, run, { networkMode: `container:${other.id}`, netns, endpoints: [], published: [] });
  return { ...movedIn(host, change, run, netns), containers: [...host.containers, container] };
}

/** `docker inspect` tells of the networks host and none, without an address. */
function bareEndpoint(host: Host, name: string): readonly Endpoint[] {
  return host.networks.filter((n) => n.name === name).map((n) => ({ network: name, networkId: n.id, aliases: [] }));
}

/** `--network host`: what it listens on, the host does; nothing is published. */
function onHost(host: Host, change: Change, run: RunOptions): Host {
  if (run.ports.length > 0) change.tell?.("ports are not published from the host's own network: Docker discards them");
  const container = describeContainer(change, run, {
    networkMode: 'host',
    netns: HOST_NETNS,
    endpoints: bareEndpoint(host, 'host'),
    published: [],
  });
  return { ...movedIn(host, change, run, HOST_NETNS), containers: [...host.containers, container] };
}

/** `--network none`: a loopback device alone. */
function onNothing(host: Host, change: Change, run: RunOptions): Host {
  const container = describeContainer(change, run, {
    networkMode: 'none',
    netns: run.name,
    endpoints: bareEndpoint(host, 'none'),
    published: [],
  });
  return {
    ...host,
    netns: new Map(host.netns).set(run.name, newNetns(change, run, hasOwnV6(host))),
    containers: [...host.containers, container],
  };
}

/** The namespace of a container on a network of its own, plugged in, with its routes and its resolver. */
function plugIn(host: Host, change: Change, run: RunOptions, places: readonly SubnetPlace[], container: Container): Host {
  const { network } = places[0]!;
  const style = engineStyle(host);
  const dual = places.some(({ ip }) => typeof ip === 'bigint') || hasOwnV6(host);
  const made: Host = { ...host, containers: [...host.containers, container] };
  const bare = { ...made, netns: new Map(made.netns).set(run.name, newNetns(change, run, dual)) };
  const linked = plugged(bare, change, run.name, places, style, run.first.ifname);
  const dev = linked.netns.get(run.name)!.interfaces.at(-1)!.name;
  const ways = network.internal ? [] : places.flatMap(({ gateway }) => (gateway === undefined ? [] : [defaultRoute(change, dev, gateway)]));
  const routed = withNetns(linked, run.name, (netns) => ({ ...netns, routes: [...netns.routes, ...ways] }));
  return withResolver(routed, change, run.name, network);
}

/** On a network: with the rules, the proxies and the link that this host's Engine would make. */
function onNetwork(host: Host, change: Change, run: RunOptions): Host {
  const { first } = run;
  const places = attach(change, host, first.network === 'default' ? 'bridge' : first.network, first.wanted);
  const { network } = places[0]!;
  if (network.driver === 'bridge') checkGeneration(host, change);
  const style = engineStyle(host);
  checkWish(change, style, first);
  if (network.driver === 'bridge') checkBridgeOptions({ ...change, tell: undefined }, host, network);
  const endpoint = endpointOf(places, first.aliases, first.gatewayPriority);
  const wished = allocate(change, host, run.ports, hostBinding(network));
  const ways = waysOf(host, [endpoint], style);
  const published = publishedBy(host, ways, wished, style);
  const described = describeContainer(change, run, {
    networkMode: network.name,
    netns: run.name,
    endpoints: [endpoint],
    published,
    wished,
  });
  const linked = plugIn(withProxies(host, change, published, style), change, run, places, described);
  const ports = network.internal ? [] : ruledPorts(host, ways, wished);
  return places.reduce(
    (sofar, { link, ip }) =>
      link.kind === 'stacked'
        ? sofar
        : withDockerRules(sofar, change, { bridge: link.bridge, ip, ports, internal: network.internal }, style),
    linked,
  );
}

/**
 * `docker run`: a new container on a bridge network, on the host's, in another container's, or on none; the image is taken to listen on the ports that
 * are published or exposed, and what it listens on besides is not known.
 */
export function applyDockerRun(host: Host, change: Change): Host {
  const run = readRun(change);
  const fault = refusal(CONTAINER, run.name);
  if (fault !== undefined) refuse(change, fault);
  if (host.netns.has(run.name) || host.containers.some((c) => c.name === run.name))
    refuse(change, `there is a container "${run.name}" already; give the new one another --name`);
  const { first, others } = run;
  if (others.length > 0 && /^(?:host|none|container:.*)$/.test(first.network))
    refuse(change, `--network ${first.network} stands alone: a container is in that one, or on networks`);
  if (first.network === 'host') return onHost(host, change, run);
  if (first.network === 'none') return onNothing(host, change, run);
  if (first.network.startsWith('container:')) return inAnothers(host, change, run);
  return others.reduce(
    (sofar, wish) => connected(sofar, change, findContainer(change, sofar, run.name), wish),
    onNetwork(host, change, run),
  );
}

import type { Endpoint, Host } from '../../model/host.js';
import { HOST_NETNS } from '../../model/netns.js';
import { CONTAINER, refusal } from '../../names/index.js';
import { refuse, withNetns, type Change } from '../change.js';
import { describeContainer, hasOwnV6, movedIn, newNetns } from './container.js';
import { findContainer } from './containers.js';
import { defaultRoute, endpointOf, plugged } from './link.js';
import { readRun, type RunOptions } from './options.js';
import { attach } from './place.js';
import { allocate } from './ports.js';
import { withProxies } from './proxies.js';
import { withResolver } from './resolver.js';
import { engineStyle, withDockerRules } from './rules.js';

/** `--network container:NAME`: it shares another's namespace. */
function inAnothers(host: Host, change: Change, run: RunOptions): Host {
  const other = findContainer(change, host, run.network.slice('container:'.length));
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

/** On a bridge network: with the rules, the proxies and the link that this host's Engine would make. */
function onNetwork(host: Host, change: Change, run: RunOptions): Host {
  const places = attach(change, host, run.network === 'default' ? 'bridge' : run.network, run.wanted);
  const style = engineStyle(host);
  const { bridge, network } = places[0]!;
  const published = allocate(change, host, run.ports, network);
  // ports wait for a network that leads out
  const ports = network.internal ? [] : published;
  const described = describeContainer(change, run, {
    networkMode: network.name,
    netns: run.name,
    endpoints: [endpointOf(places, run.aliases)],
    published: ports,
    ...(network.internal && { waiting: published }),
  });
  const made: Host = {
    ...withProxies(host, change, ports, style),
    containers: [...host.containers, described],
  };
  const bare = { ...made, netns: new Map(made.netns).set(run.name, newNetns(change, run, places.length > 1 || hasOwnV6(host))) };
  const linked = plugged(bare, change, run.name, places, style);
  const ways = network.internal ? [] : places.flatMap((at) => (at.gateway === undefined ? [] : [defaultRoute(change, 'eth0', at.gateway)]));
  const routed = withNetns(linked, run.name, (netns) => ({ ...netns, routes: [...netns.routes, ...ways] }));
  return places.reduce(
    (sofar, at) => withDockerRules(sofar, change, { bridge, ip: at.ip, ports, internal: network.internal }, style),
    withResolver(routed, change, run.name, network),
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
  if (run.network === 'host') return onHost(host, change, run);
  if (run.network === 'none') return onNothing(host, change, run);
  return run.network.startsWith('container:') ? inAnothers(host, change, run) : onNetwork(host, change, run);
}

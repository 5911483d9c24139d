import { PROXY } from '../../inventory/index.js';
import { familyOf } from '../../address/ip.js';
import type { Container, Host, ListeningSocket, Netns, SourceKind } from '../../model/host.js';
import { refuse, withNetns, type Change } from '../change.js';
import { defaultRoute, endpointOf, iface, plugged } from './link.js';
import { readRun, type RunOptions } from './options.js';
import { attach, type Attachment } from './place.js';
import { withResolver } from './resolver.js';
import { engineStyle, withDockerRules } from './rules.js';

/** Nothing of the new namespace is left open: it has no rules of its own. */
const LISTED: readonly SourceKind[] = ['addr', 'route', 'route6', 'rule', 'rule6', 'neigh', 'sockets', 'sysctl', 'iptables', 'ip6tables'];

/** The ports that the image is taken to listen on: those published. */
function listeners(change: Change, run: RunOptions, dual: boolean): readonly ListeningSocket[] {
  return run.ports.flatMap(({ proto, containerPort }): readonly ListeningSocket[] =>
    proto === 'sctp'
      ? []
      : [{ proto, family: dual ? 6 : 4, dualStack: dual, port: containerPort, process: run.name, origin: change.origin }],
  );
}

/** A namespace with nothing but its loopback device. */
function containerNetns(change: Change, run: RunOptions, dual: boolean): Netns {
  const loopback = iface(change, 'lo', 1, {
    mtu: 65536,
    detail: { kind: 'loopback' },
    flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
    addresses: [{ ip: 0x7f000001, prefixLength: 8, scope: 'host', flags: [] }],
  });
  return {
    name: run.name,
    interfaces: [loopback],
    routes: [],
    rules: [],
    neighbours: [],
    bridgePorts: [],
    fdb: [],
    vlans: [],
    sockets: listeners(change, run, dual),
    sysctl: new Map([['net.ipv4.ip_forward', { value: '1', origin: change.origin }]]),
    rulesets: [],
    ipsets: new Map(),
    sources: new Map(LISTED.map((kind) => [kind, { file: change.origin.file, state: 'whole', why: [], lines: 0, unread: 0 }])),
  };
}

function proxies(change: Change, run: RunOptions): readonly ListeningSocket[] {
  return run.ports.flatMap(({ proto, hostPort, hostIp }): readonly ListeningSocket[] => {
    if (proto === 'sctp') return [];
    const base = { proto, dualStack: false, port: hostPort, process: PROXY, origin: change.origin };
    if (hostIp !== undefined) return [{ ...base, family: familyOf(hostIp), ip: hostIp }];
    return [
      { ...base, family: 4 },
      { ...base, family: 6 },
    ];
  });
}

function describe(change: Change, run: RunOptions, places: readonly Attachment[]): Container {
  const exposed = run.ports.map((port) => `${port.containerPort}/${port.proto}`);
  const nothing = { capAdd: [], capDrop: [], mounts: [], dns: [], command: [] };
  return {
    id: `whatif${run.name}`,
    name: run.name,
    image: run.image,
    running: true,
    networkMode: places[0]!.network.name,
    netns: run.name,
    endpoints: [endpointOf(places)],
    published: run.ports,
    exposed,
    privileged: run.privileged,
    labels: run.labels,
    origin: change.origin,
    ...nothing,
  };
}

function checkPorts(change: Change, host: Host, run: RunOptions): void {
  const root = host.netns.get('host');
  for (const { proto, hostPort, hostIp } of run.ports) {
    const taken = root?.sockets.find(
      (s) => s.proto === proto && s.port === hostPort && (s.ip === undefined || hostIp === undefined || s.ip === hostIp),
    );
    if (taken !== undefined)
      refuse(
        change,
        `port ${hostPort}/${proto} of the host is taken by ${taken.process ?? 'another socket'} (${taken.origin.file}:${taken.origin.line})`,
      );
  }
}

/**
 * `docker run`: a new container on a bridge network, with the rules, the proxies and the link that this host's Engine would
 * make; the image is taken to listen on the ports that are published.
 */
export function applyDockerRun(host: Host, change: Change): Host {
  const run = readRun(change);
  if (host.netns.has(run.name) || host.containers.some((c) => c.name === run.name))
    refuse(change, `there is a container "${run.name}" already; give the new one another --name`);
  if (run.network === 'host' || run.network === 'none') refuse(change, `--network ${run.network} publishes nothing and needs no change`);
  checkPorts(change, host, run);
  const places = attach(change, host, run.network, run.ip);
  const style = engineStyle(host);
  const { bridge, network } = places[0]!;
  const made: Host = {
    ...withNetns(host, 'host', (netns) => ({
      ...netns,
      sockets: style.proxy ? [...netns.sockets, ...proxies(change, run)] : netns.sockets,
    })),
    containers: [...host.containers, describe(change, run, places)],
  };
  const bare = { ...made, netns: new Map(made.netns).set(run.name, containerNetns(change, run, places.length > 1)) };
  const linked = plugged(bare, change, run.name, places, style);
  const ways = network.internal ? [] : places.flatMap((at) => (at.gateway === undefined ? [] : [defaultRoute(change, 'eth0', at.gateway)]));
  const routed = withNetns(linked, run.name, (netns) => ({ ...netns, routes: [...netns.routes, ...ways] }));
  const ports = network.internal ? [] : run.ports;
  return places.reduce(
    (sofar, at) => withDockerRules(sofar, change, { bridge, ip: at.ip, ports }, style),
    withResolver(routed, change, run.name, network),
  );
}

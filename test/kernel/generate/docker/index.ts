import type { ListenRequest } from '../../../../src/kernel/agent/protocol.js';
import type { FlowProto, FlowRequest } from '../../../../src/model/trace.js';
import { FIRST_PORT } from '../flow.js';
import { Rng } from '../rng.js';
import type { Scenario, ScenarioNetns } from '../scenario.js';
import { baseLines, containerLines, hostLinks, wiresOf, type Lines } from '../topology.js';
import { containerAddresses, gateway, hostAddresses } from '../world.js';
import { damaged } from './damage.js';
import { inspected } from './inspect.js';
import { engineTables } from './rules.js';
import { addressOf, isForwarded, makeDockerWorld, SERVICES, type DockerWorld } from './world.js';

/** What docker-proxy holds open, or dockerd where there is none, for every published port. */
function standIns(world: DockerWorld): ListenRequest[] {
  return world.published.flatMap((port) =>
    ([4, 6] as const).flatMap((family): ListenRequest[] => {
      if (port.hostIp !== undefined && port.hostIp.includes(':') !== (family === 6)) return [];
      if (!isForwarded(port, family)) return [];
      const host = addressOf(world, port.container, family) ?? addressOf(world, port.container, 4);
      const { proto, hostPort, containerPort, hostIp } = port;
      const at = { proto, family, dualStack: false, port: hostPort, ...(hostIp !== undefined && { ip: hostIp }) };
      if (!world.engine.proxy) return [{ ...at, mute: true }];
      return host === undefined ? [] : [{ ...at, dial: { host, port: containerPort } }];
    }),
  );
}

function hostNetns(rng: Rng, world: DockerWorld): ScenarioNetns {
  const lines: Lines = { ip: ['link set dev lo up'], ip6: [], bridge: [], sysctls: [] };
  hostLinks(rng, world, lines, { hairpin: world.engine.proxy ? 0 : 1, isolated: 0 });
  world.uplinks.forEach((up, i) => {
    const metric = i === 0 ? '' : ' metric 200';
    if (i === 0 || rng.chance(0.5)) lines.ip.push(`route add default via ${up.gateway4} dev ${up.name}${metric}`);
    if (i === 0 || rng.chance(0.5)) lines.ip6.push(`route add default via ${up.gateway6} dev ${up.name}${i === 0 ? '' : ' metric 2000'}`);
  });
  lines.sysctls.push(
    ['net.ipv4.ip_forward', '1'],
    ['net.ipv6.conf.all.forwarding', '1'],
    ['net.bridge.bridge-nf-call-iptables', '1'],
    ['net.bridge.bridge-nf-call-ip6tables', '1'],
  );
  if (!world.engine.proxy) for (const { name } of world.networks) lines.sysctls.push([`net.ipv4.conf.${name}.route_localnet`, '1']);
  const own = [{ proto: 'tcp', port: 22 }, ...(rng.chance(0.5) ? [{ proto: 'udp', port: 53 } as const] : [])] as const;
  return {
    name: 'host',
    stacked: [],
    ...lines,
    ipset: [],
    tables: engineTables(world),
    listeners: [...own.map((one): ListenRequest => ({ ...one, family: 6, dualStack: true })), ...standIns(world)],
  };
}

function containerListeners(rng: Rng): ListenRequest[] {
  return (['tcp', 'udp'] as const).flatMap((proto) =>
    rng.some(SERVICES, 0.75).map((port): ListenRequest => ({ proto, family: 6, dualStack: true, port })),
  );
}

function randomFlow(rng: Rng, world: DockerWorld, i: number): FlowRequest {
  const family = rng.chance(0.7) ? 4 : 6;
  const inside = world.containers.map((c) => c.name);
  const from = rng.pick(['host', ...inside, ...inside, ...world.outside[family].slice(0, 4), ...world.outside[family].slice(0, 2)]);
  const isOutside = world.outside[family].includes(from);
  const loopback = isOutside ? [] : [family === 4 ? '127.0.0.1' : '::1'];
  const hosts = [...hostAddresses(world, family), ...loopback];
  const id = `f${i}`;
  const sport = FIRST_PORT + i;
  if (world.published.length > 0 && hosts.length > 0 && rng.chance(0.35)) {
    const port = rng.pick(world.published);
    return { id, from, to: rng.pick(hosts), proto: port.proto, sport, dport: port.hostPort };
  }
  const nobody = family === 4 ? gateway(world.networks[0]!, 4).replace(/1$/, '200') : 'fd00:20::200';
  const beyond = world.outside[family];
  const containers = containerAddresses(world, family);
  const pool = [...containers, ...containers, ...hosts, ...beyond, ...(isOutside ? [] : beyond), nobody].filter((to) => to !== from);
  const proto: FlowProto = rng.pick(['tcp', 'tcp', 'tcp', 'udp', 'udp', 'icmp']);
  return { id, from, to: rng.pick(pool), proto, sport, ...(proto !== 'icmp' && { dport: rng.pick([...SERVICES, 22, 9]) }) };
}

/**
 * @param seed the same seed gives the same host and flows.
 * @returns a host as Docker's Engine sets it up, with up to three slips on it, and flows through it.
 */
export function generateDocker(seed: number, flows: number): Scenario {
  const rng = new Rng(seed);
  const world = makeDockerWorld(rng);
  const host = hostNetns(rng, world);
  const containers = world.containers.map((container): ScenarioNetns => ({
    name: container.name,
    stacked: [],
    ...containerLines(rng, world, container),
    ipset: [],
    tables: [],
    listeners: containerListeners(rng),
  }));
  const scenario: Scenario = {
    seed,
    base: baseLines(world),
    namespaces: [host, ...containers],
    wires: wiresOf(world),
    flows: Array.from({ length: flows }, (_, i) => randomFlow(rng, world, i)),
    ...(rng.chance(0.7) && { docker: inspected(world) }),
  };
  return damaged(rng, scenario, world);
}

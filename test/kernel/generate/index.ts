import type { FlowProto, FlowRequest } from '../../../src/model/trace.js';
import { containerTables, hostTables } from './firewall.js';
import { FIRST_PORT } from './flow.js';
import { Rng } from './rng.js';
import type { Scenario, ScenarioNetns } from './scenario.js';
import { randomSets } from './sets.js';
import { baseLines, containerLines, hostLines, randomListeners, stackedContainerLines, stackedLines, wiresOf } from './topology.js';
import { containerAddresses, gateway, hostAddresses, makeWorld, PORTS, type Abilities, type World } from './world.js';

function randomFlow(rng: Rng, world: World, i: number): FlowRequest {
  const family = rng.chance(0.62) ? 4 : 6;
  const loopback = family === 4 ? '127.0.0.1' : '::1';
  const subnet = rng.pick(world.bridges);
  const nobody = family === 4 ? `172.${subnet.number}.0.200` : `fd00:${subnet.number}::200`;
  const from = rng.pick([
    'host',
    ...world.containers.map((c) => c.name),
    ...world.containers.map((c) => c.name),
    ...world.stacked.map((c) => c.name),
    ...world.outside[family].slice(0, 5),
  ]);
  // an answer from 127.0.0.1 is no answer to a machine outside
  const isOutside = family === 4 && world.outside[4].includes(from);
  const pool = [
    ...containerAddresses(world, family),
    ...containerAddresses(world, family),
    ...hostAddresses(world, family),
    ...world.outside[family],
    gateway(subnet, family),
    ...(isOutside ? [] : [loopback]),
    nobody,
  ].filter((to) => to !== from);
  const proto: FlowProto = rng.pick(['tcp', 'tcp', 'tcp', 'udp', 'udp', 'icmp']);
  return {
    id: `f${i}`,
    from,
    to: rng.pick(pool),
    proto,
    sport: FIRST_PORT + i,
    ...(proto !== 'icmp' && { dport: rng.pick([...PORTS, 9]) }),
  };
}

/** ping connects a UDP socket before it sends, and rules on the protocol or the source answer that differently. */
function pingMisleads(flow: FlowRequest, host: ScenarioNetns): boolean {
  const differs = /^rule add .*(ipproto|from (?!all))/;
  return flow.proto === 'icmp' && flow.from === 'host' && [...host.ip, ...host.ip6].some((line) => differs.test(line));
}

/**
 * @param seed the same seed gives the same host and flows, on kernels that can the same.
 * @returns a random host with rules over everything the datapath knows, and flows through it.
 */
export function generate(seed: number, flows: number, able: Abilities): Scenario {
  const rng = new Rng(seed);
  const world = makeWorld(rng, able);
  const sets = randomSets(rng, world, able.lacking.sets);
  const draw = { rng, world, sets: sets.specs, lacking: able.lacking };
  const host: ScenarioNetns = {
    name: 'host',
    stacked: stackedLines(world),
    ...hostLines(rng, world),
    ipset: sets.lines,
    tables: hostTables(draw),
    listeners: randomListeners(rng, hostAddresses(world, 4)),
  };
  const containers = world.containers.map((container): ScenarioNetns => ({
    name: container.name,
    stacked: [],
    ...containerLines(rng, world, container),
    ipset: [],
    tables: containerTables(draw),
    listeners: randomListeners(
      rng,
      container.cards.map((c) => c.v4),
    ),
  }));
  const stacked = world.stacked.map((spec): ScenarioNetns => ({
    name: spec.name,
    stacked: [],
    ...stackedContainerLines(spec),
    ipset: [],
    tables: containerTables(draw),
    listeners: randomListeners(rng, [spec.v4]),
  }));
  return {
    seed,
    base: baseLines(world),
    namespaces: [host, ...containers, ...stacked],
    wires: wiresOf(world),
    flows: Array.from({ length: flows }, (_, i) => randomFlow(rng, world, i)).filter((flow) => !pingMisleads(flow, host)),
  };
}

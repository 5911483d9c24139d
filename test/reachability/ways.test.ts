import { describe, expect, it } from 'vitest';
import { formatIp } from '../../src/address/ip.js';
import { exploreFlow, type Machine } from '../../src/datapath/index.js';
import { PolicyEndpoints } from '../../src/reachability/policy/endpoints.js';
import { includes } from '../../src/address/ranges.js';
import { addressesOf, hostAddresses } from '../../src/surface/index.js';
import { ReachClasses, type Certainty } from '../../src/reachability/ways.js';
import { machineOf, sequence } from './hosts.js';

const HOSTS = 12;
/** So many flows of a host are compared. */
const FLOWS = 400;
/** Ports that rules name on either side, and others. */
const PORTS = [22, 53, 80, 443, 5000, 5001, 5002, 5432, 6379, 8080, 8443, 9090, 40000, 49152] as const;

/** Rules that let pass, or drop, what comes from some source ports to some destination ports. */
function rulesOnBothPorts(draw: (below: number) => number): readonly string[] {
  const one = <T>(list: readonly T[]): T => list[draw(list.length)]!;
  const sport = (): string => one([`--sport ${one(PORTS)}`, `--sport ${one(PORTS)}:${40_000 + draw(9_000)}`, `! --sport ${one(PORTS)}`]);
  const dport = (): string =>
    one([`--dport ${one(PORTS)}`, `--dport ${one([80, 5000])}:${one([5432, 8443])}`, `! --dport ${one(PORTS)}`, '']);
  const rule = (): string =>
    `iptables -I ${one(['INPUT', 'DOCKER-USER', 'FORWARD', 'OUTPUT'])} 1 -p ${one(['tcp', 'tcp', 'udp'])} ${sport()} ${dport()} -j ${one(['ACCEPT', 'DROP', 'RETURN'])}`;
  const rules = Array.from({ length: 3 + draw(18) }, rule);
  const closed = draw(2) === 0 ? ['iptables -A INPUT -p tcp --dport 22 -j DROP'] : [];
  return [...closed, ...rules];
}

/** What the ways of a sender say of one flow; undefined where both ports are one, which only single ports are asked about. */
function told(
  ways: ReachClasses,
  client: Parameters<ReachClasses['of']>[0],
  to: string,
  proto: 'tcp' | 'udp',
  sport: number,
  dport: number,
): Certainty | undefined {
  const found = ways.of(client, to, proto).filter((way) => includes(way.dports, dport) && includes(way.facing ?? way.sports, sport));
  if (sport === dport) return undefined;
  return found.some((w) => w.through === 'yes') ? 'yes' : found.some((w) => w.through === 'maybe') ? 'maybe' : 'no';
}

function wrongWays(
  machine: Machine,
  own: Machine,
  draw: (below: number) => number,
): { readonly wrong: readonly unknown[]; readonly open: number } {
  const one = <T>(list: readonly T[]): T => list[draw(list.length)]!;
  const ways = new ReachClasses(machine);
  const senders = new PolicyEndpoints(machine, new Map()).senders(['any']);
  const spaces = [...machine.namespaces.values()];
  const addresses = [...new Set([...hostAddresses(machine), ...spaces.flatMap((ns) => addressesOf(ns))])].map(formatIp);
  const wrong: unknown[] = [];
  let open = 0;
  for (let n = 0; n < FLOWS; n++) {
    const { client } = one(senders);
    const [to, proto, sport, dport] = [one(addresses), one(['tcp', 'tcp', 'udp'] as const), one(PORTS), one(PORTS)];
    if (client.family !== undefined && (client.family === 6) !== to.includes(':')) continue;
    const said = told(ways, client, to, proto, sport, dport);
    if (said === undefined) continue;
    const flow = { from: client.from, to, proto, sport, dport };
    const { outcomes } = exploreFlow(own, flow);
    const goes = outcomes.filter((outcome) => outcome === 'connected').length;
    if (goes > 0) open++;
    const truth = goes === 0 ? 'no' : goes === outcomes.length ? 'yes' : 'maybe';
    if (said !== truth) wrong.push({ ...flow, outcomes, said });
  }
  return { wrong, open };
}

describe('the ways of a sender', () => {
  it.each(Array.from({ length: HOSTS }, (_, seed) => seed))('tell of each pair of ports what its flow comes to: %i', async (seed) => {
    const rules = rulesOnBothPorts(sequence(seed));
    const [machine, own] = [await machineOf('docker28-bridge', ...rules), await machineOf('docker28-bridge', ...rules)];
    const { wrong, open } = wrongWays(machine, own, sequence(seed + 1));
    expect(wrong).toEqual([]);
    expect(open).toBeGreaterThan(0);
  });
});

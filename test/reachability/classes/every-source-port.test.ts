import { describe, expect, it } from 'vitest';
import { traceFlow, type Machine } from '../../../src/datapath/index.js';
import { reachabilityMatrix } from '../../../src/reachability/matrix.js';
import { copyAddresses, machineOf, RUN_COPIES, sequence } from '../hosts.js';
import { holdsPort } from '../port-list.js';

/** Ports that rules name and clients hardly ever send from, and one that nobody names. */
const PORTS = [6000, 7000, 9101, 40000] as const;

/** Rules that concern a few containers' answers, or what they send, on some source ports alone. */
function rulesOnSourcePorts(machine: Machine, draw: (below: number) => number): readonly string[] {
  const one = <T>(list: readonly T[]): T => list[draw(list.length)]!;
  const addresses = copyAddresses(machine);
  const ip = (): string => one(addresses);
  const port = (): number => one(PORTS.slice(0, 3));
  const makers = [
    () => `DOCKER-USER 1 -d ${ip()} -p tcp --dport ${port()} -j DROP`,
    () => `DOCKER-USER 1 -s ${ip()} -p tcp --dport ${port()} -j DROP`,
    () => `DOCKER-USER 1 -d ${ip()} -p tcp --sport ${port()} -j DROP`,
    () => `DOCKER-USER 1 -s ${ip()} -p tcp --sport ${port()} -j DROP`,
    () => `DOCKER-USER 1 -s ${ip()} -d ${ip()} -p tcp --sport ${port()} -j DROP`,
    () => `DOCKER-USER 1 -s ${ip()} -d ${ip()} -p tcp --dport ${port()} -j DROP`,
    () => `DOCKER-USER 1 -m conntrack --ctstate RELATED,ESTABLISHED -j ${one(['ACCEPT', 'RETURN'])}`,
    () => `DOCKER-USER 1 -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    () => `OUTPUT 1 -d ${ip()} -p tcp --dport ${port()} -j DROP`,
    () => `INPUT 1 -s ${ip()} -p tcp --dport ${port()} -j DROP`,
    () => `FORWARD 1 -d ${ip()} -p tcp --dport ${port()} -j ${one(['DROP', 'ACCEPT', 'DOCKER-USER'])}`,
    () => `PREROUTING 1 -t raw -d ${ip()} -p tcp --dport ${port()} -j ${one(['DROP', 'NOTRACK'])}`,
    () => `POSTROUTING 1 -t mangle -d ${ip()} -p tcp --dport ${port()} -j DROP`,
  ];
  return Array.from({ length: 1 + draw(4) }, () =>
    `iptables -I ${one(makers)()}`.replace(/^(iptables) -I (\S+ 1) (-t \S+)/, '$1 $3 -I $2'),
  );
}

describe('what a cell says of all source ports', () => {
  it.each(Array.from({ length: 24 }, (_, seed) => seed))('holds of a flow from each port that a rule names: %i', async (seed) => {
    const plain = await machineOf('docker28-bridge', ...RUN_COPIES);
    const machine = await machineOf('docker28-bridge', ...RUN_COPIES, ...rulesOnSourcePorts(plain, sequence(seed)));
    const matrix = reachabilityMatrix(machine, {
      to: ({ kind, proto, name }) => kind === 'listener' && proto === 'tcp' && name.startsWith('copy'),
    });
    const differing = matrix.sources.flatMap((source, s) => {
      if (source.kind !== 'container' || !source.name.startsWith('copy')) return [];
      return matrix.services.flatMap((service, v) => {
        const { reach, openFrom = '', witness } = matrix.results[matrix.cells[s]![v]!]!;
        if (reach === 'unknown' || witness.dport === undefined || source.name === service.target) return [];
        return PORTS.flatMap((sport) => {
          const flow = { from: source.name, to: witness.to, proto: 'tcp', dport: witness.dport!, sport } as const;
          const open = traceFlow(machine, flow).outcome === 'connected';
          const told = reach === 'partial' ? holdsPort(openFrom, sport) : reach === 'open';
          return told === open ? [] : [{ ...flow, open, reach, openFrom }];
        });
      });
    });
    expect(differing).toEqual([]);
  });
});

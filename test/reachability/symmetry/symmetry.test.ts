import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../src/datapath/index.js';
import { Reachability } from '../../../src/reachability/reachability.js';
import { listServices } from '../../../src/reachability/services/services.js';
import { listSources } from '../../../src/reachability/sources.js';
import { copyAddresses, machineOf, RUN_COPIES, sequence } from '../hosts.js';

/** Rules that tell some of them apart, or none. */
function rulesAgainst(machine: Machine, draw: (below: number) => number): readonly string[] {
  const one = <T>(list: readonly T[]): T => list[draw(list.length)]!;
  const addresses = copyAddresses(machine);
  const ip = (): string => one(addresses);
  const makers = [
    () => `-s ${ip()} -j ${one(['DROP', 'REJECT', 'ACCEPT'])}`,
    () => `-s ${ip()} -d ${ip()} -j DROP`,
    () => `-d ${ip()} -p tcp --dport 7000 -j ${one(['DROP', 'REJECT', 'RETURN'])}`,
    () => `-s ${ip()} -p tcp --sport 7000 -j DROP`,
    () => `-s ${ip()} -p tcp --dport ${one([7000, 9100, 9102, 49152])} -j DROP`,
    () => `-p tcp --sport ${one([7000, 9101])} -d ${ip()} -j DROP`,
    () => `-s 203.0.113.0/24 -p tcp --dport 7000 -j DROP`,
    () => `! -s 203.0.113.0/24 -d ${ip()} -j DROP`,
    () => `-p tcp -m conntrack --ctorigdstport ${9100 + draw(RUN_COPIES.length)} -j DROP`,
    () => `-p tcp -m multiport --dports 7000,${9100 + draw(RUN_COPIES.length)} -s ${ip()} -j DROP`,
    () => `-m conntrack --ctstate ESTABLISHED -s ${ip()} -p tcp --sport 7000 -j ACCEPT`,
    () => `-m mark --mark ${draw(2)} -d ${ip()} -j DROP`,
  ];
  return Array.from({ length: 1 + draw(4) }, () => `iptables -I DOCKER-USER 1 ${one(makers)()}`);
}

describe('what became of one pair, told of others that differ in names alone', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))('is what each comes to when asked itself: %i', async (seed) => {
    const plain = await machineOf('docker28-bridge', ...RUN_COPIES);
    const machine = await machineOf('docker28-bridge', ...RUN_COPIES, ...(seed === 0 ? [] : rulesAgainst(plain, sequence(seed))));
    const carried = new Reachability(machine);
    const anew = new Reachability(machine);
    const sources = listSources(machine).filter(({ kind }) => kind !== 'network');
    let told = 0;
    const differing = listServices(machine).flatMap((service) =>
      sources.flatMap(({ name, clients }) => {
        let asked = false;
        const own = carried.alike.finding(clients, service, () => ((asked = true), carried.askAnew(clients, service)));
        if (!asked) told++;
        const { result, touched } = anew.askAnew(clients, service);
        const wanted = { result, touched: [...touched].sort() };
        const got = { result: own.result, touched: [...own.touched].sort() };
        return JSON.stringify(sorted(got)) === JSON.stringify(sorted(wanted)) ? [] : [{ name, service: service.name, got, wanted }];
      }),
    );
    expect(differing).toEqual([]);
    if (seed === 0) expect(told).toBeGreaterThan(40);
  });
});

/** With its members in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}

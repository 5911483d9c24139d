import { describe, expect, it } from 'vitest';
import { analyseRules } from '../../src/datapath/hygiene.js';
import { createMachine, traceFlow, type Machine } from '../../src/datapath/index.js';
import { allChains, isReached } from '../../src/netfilter/iptables/index.js';
import { likelyFlows } from '../../src/explain/reach.js';
import { whyNever } from '../../src/explain/rule-reach.js';
import type { Origin } from '../../src/model/origin.js';
import { HOSTS, machineOf } from '../reachability/hosts.js';
import { randomHost } from '../reachability/random-host.js';

const at = ({ file, line }: Origin): string => `${file}:${line}`;

/** Rules of which explain says that no packet can meet them; of a chain that nothing leads to, the first. */
function neverByExplain(machine: Machine): readonly string[] {
  return allChains(machine.host).flatMap((place) => {
    const rules = place.chain.rules.filter((rule, i) => whyNever(machine, { ...place, rule, number: i + 1 }) !== undefined);
    return (isReached(place) ? rules : rules.slice(0, 1)).map(({ origin }) => at(origin));
  });
}

/** Lines of rules that some of the flows that people ask about meet. */
function met(machine: Machine): ReadonlySet<string> {
  return new Set(likelyFlows(machine).flatMap((flow) => traceFlow(machine, flow).rules.map(at)));
}

function agree(machine: Machine): void {
  const found = analyseRules(machine);
  expect(neverByExplain(machine)).toEqual(found.map(({ origin }) => at(origin)));
  const hit = met(machine);
  expect(found.filter(({ kind, origin }) => kind !== 'unreached' && hit.has(at(origin)))).toEqual([]);
}

describe('explain and audit say of the same rules that no packet meets them', () => {
  it.each(HOSTS)('%s', async (name) => {
    agree(await machineOf(name));
  });
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('random host %d', (seed) => {
    agree(createMachine(randomHost(seed)));
  });
  it('of rules that several others cover between them', async () => {
    const machine = await machineOf(
      'docker28-bridge',
      'iptables -A DOCKER-USER -s 10.0.0.0/9 -j DROP',
      'iptables -A DOCKER-USER -s 10.128.0.0/9 -j ACCEPT',
      'iptables -A DOCKER-USER -s 10.0.0.0/8 -p tcp -j DROP',
    );
    const place = allChains(machine.host).find(({ chain }) => chain.name === 'DOCKER-USER')!;
    const rule = place.chain.rules[2]!;
    expect(whyNever(machine, { ...place, rule, number: 3 })?.text).toBe(
      'no: every packet that it asks for is taken before, by 2 rules between them: `-A DOCKER-USER -s 10.0.0.0/9 -j DROP`, `-A DOCKER-USER -s 10.128.0.0/9 -j ACCEPT`',
    );
    agree(machine);
  });
});

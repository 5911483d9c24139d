import { describe, expect, it } from 'vitest';
import { allMatches, allTargets } from '../../../src/netfilter/iptables/registry.js';
import { generate } from './index.js';
import { MATCHES } from './matches/index.js';
import type { Scenario } from './scenario.js';
import { TARGETS } from './targets.js';
import type { Abilities } from './world.js';

const NOTHING: ReadonlySet<string> = new Set();
const EVERYTHING: Abilities = {
  vlanFiltering: true,
  macvlan: true,
  ipvlan: true,
  lacking: { matches: NOTHING, targets: NOTHING, sets: NOTHING },
};

const ASKED = 'the datapath does not work out what it makes of a packet: it asks, and takes no side';

/** Extensions that random hosts do without, each with its reason. */
const LEFT_OUT: Readonly<Record<'matches' | 'targets', Readonly<Record<string, string>>>> = {
  matches: { '': 'the options of iptables itself (-s, -d, -i, -o, -p, -f) have no name; rules have them all the same' },
  targets: {
    CLUSTERIP: ASKED,
    DNPT: ASKED,
    HMARK: ASKED,
    SNPT: ASKED,
    SYNPROXY: ASKED,
    IDLETIMER: 'its timers belong to the machine, not to a namespace (/sys/class/xt_idletimer)',
    LED: 'it blinks lights of the machine',
    TEE: 'its copies cannot be told from the packet that was copied',
    TRACE: "it is the observer's own, whose rules are left out of the comparison",
  },
};

const SCENARIOS = Array.from({ length: 400 }, (_, seed) => generate(seed, 32, EVERYTHING));

function rulesOf(scenario: Scenario): readonly string[] {
  return scenario.namespaces.flatMap((n) => n.tables.flatMap((t) => t.chains.flatMap((c) => c.rules)));
}

function namesAfter(flag: RegExp): ReadonlySet<string> {
  return new Set(SCENARIOS.flatMap(rulesOf).flatMap((rule) => [...rule.matchAll(flag)].map((m) => m[1] ?? '')));
}

describe('random hosts', () => {
  it('have every match that the datapath knows, but for those left out', () => {
    const known = new Set(allMatches.map((m) => m.name));
    const met = namesAfter(/ -m ([a-z0-9]+)/g);
    expect([...known].filter((name) => !met.has(name)).sort()).toEqual(Object.keys(LEFT_OUT.matches).sort());
    expect([...met].filter((name) => !known.has(name))).toEqual([]);
    expect([...known].filter((name) => !(name in MATCHES) && !(name in LEFT_OUT.matches))).toEqual([]);
  });

  it('have every target that the datapath knows, but for those left out', () => {
    const known = new Set(allTargets.map((t) => t.name));
    const met = namesAfter(/ -j ([A-Z]+)(?= |$)/g);
    expect([...known].filter((name) => !met.has(name)).sort()).toEqual(Object.keys(LEFT_OUT.targets).sort());
    const verdicts = ['ACCEPT', 'DROP', 'RETURN'];
    expect([...known].filter((name) => ![...verdicts, ...Object.keys(LEFT_OUT.targets)].includes(name) && !(name in TARGETS))).toEqual([]);
  });

  it('have bridges, containers, user chains by jump and goto, NAT, marks, policy routes, sysctls and flows of both families', () => {
    const rules = SCENARIOS.flatMap(rulesOf);
    const lines = SCENARIOS.flatMap((s) => [...s.base, ...s.namespaces.flatMap((n) => [...n.stacked, ...n.ip, ...n.ip6, ...n.bridge])]);
    const flows = SCENARIOS.flatMap((s) => s.flows);
    const share = <T>(list: readonly T[], is: (item: T) => boolean): number => list.filter(is).length / list.length;
    const some: Readonly<Record<string, boolean>> = {
      bridges: lines.some((l) => l.endsWith('type bridge')),
      'several cards': lines.some((l) => l.includes('peer name eth1 ')),
      'macvlan and ipvlan': ['macvlan', 'ipvlan'].every((kind) => lines.some((l) => l.includes(`type ${kind} `))),
      'VLAN filtering': lines.some((l) => l.includes('vlan_filtering 1')),
      'isolated and hairpin ports': ['isolated on', 'hairpin on'].every((flag) => lines.some((l) => l.includes(flag))),
      jumps: rules.some((r) => / -j [A-Z]\d[A-Z]$/.test(r)),
      gotos: rules.some((r) => / -g [A-Z]\d[A-Z]$/.test(r)),
      returns: rules.some((r) => r.endsWith(' -j RETURN')),
      negations: rules.some((r) => r.includes('! ')),
      'rules on fwmark': lines.some((l) => l.startsWith('rule add') && l.includes('fwmark')),
      'other tables': lines.some((l) => l.startsWith('rule add') && l.includes('lookup 100')),
      'routes that end': ['blackhole', 'prohibit', 'unreachable', 'throw'].every((type) => lines.some((l) => l.includes(`add ${type}`))),
      sysctls: ['ip_forward', 'rp_filter', 'route_localnet', 'accept_local', 'bridge-nf-call-iptables', 'src_valid_mark'].every((key) =>
        SCENARIOS.some((s) => s.namespaces.some((n) => n.sysctls.some(([name]) => name.includes(key)))),
      ),
      'rules of containers': SCENARIOS.some((s) => s.namespaces.some((n) => n.name !== 'host' && n.tables.length > 0)),
      'a fifth of the flows over IPv6 at least': share(flows, (f) => f.to.includes(':')) > 0.2,
      'all protocols': (['tcp', 'udp', 'icmp'] as const).every((proto) => share(flows, (f) => f.proto === proto) > 0.1),
      'flows from the host, from containers and from outside': [/^host$/, /^c\d$/, /^\d+\.|:/].every((from) =>
        flows.some((f) => from.test(f.from)),
      ),
    };
    expect(Object.keys(some).filter((name) => some[name] !== true)).toEqual([]);
  });

  it('are the same for the same seed', () => {
    expect(generate(7, 32, EVERYTHING)).toEqual(SCENARIOS[7]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findPeers } from '../../src/datapath/machine/peers.js';
import type { Host } from '../../src/model/host.js';
import { inspectHost } from '../../src/snapshot/inspection.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { canonicalRule } from '../../src/netfilter/iptables/rule-print.js';

const HOSTS = new URL('../../fixtures/hosts/', import.meta.url);
const NAMES = readdirSync(HOSTS);
const load = (name: string): Promise<Host> => loadSnapshot(new URL(name, HOSTS).pathname);

function rulesOf(host: Host) {
  return [...host.netns.values()]
    .flatMap((ns) => ns.rulesets)
    .flatMap((ruleset) => [...ruleset.tables.values()])
    .flatMap((table) => [...table.chains.values()])
    .flatMap((chain) => chain.rules);
}

describe.each(NAMES)('%s', (name) => {
  test('every line is understood', async () => {
    expect(inspectHost(await load(name)).problems).toEqual([]);
  });

  test('every rule prints back as iptables-save wrote it', async () => {
    const rules = rulesOf(await load(name));
    expect(rules.length).toBeGreaterThan(20);
    expect(rules.map((rule) => canonicalRule(rule.chain, rule.spec))).toEqual(rules.map((rule) => rule.text));
  });

  test('each rule stands where it says', async () => {
    for (const { origin, text } of rulesOf(await load(name))) {
      const lines = readFileSync(new URL(`${name}/${origin.file}`, HOSTS), 'utf8').split('\n');
      expect(lines[origin.line - 1]?.replace(/^\[\d+:\d+\] /, '')).toBe(text);
    }
  });

  // macvlan devices have no peer, and an overlay network's bridge is in a namespace of its own
  test.skipIf(name === 'macvlan20' || name === 'swarm20')("every container's interfaces end at ports of the host", async () => {
    const host = await load(name);
    const peers = findPeers(host);
    const veths = [...host.netns.values()]
      .filter((ns) => ns.name !== 'host')
      .flatMap((ns) => ns.interfaces.filter((i) => i.name !== 'lo').map((i) => `${ns.name}/${i.name}`));
    const ports = new Set(host.netns.get('host')?.bridgePorts.map((port) => `host/${port.iface}`));
    expect(veths.filter((veth) => !ports.has(`host/${peers.get(veth)?.iface ?? ''}`))).toEqual([]);
    expect(peers.has('host/up0')).toBe(false);
  });
});

test('one host in full', async () => {
  const { namespaces, ...rest } = inspectHost(await load('docker28-dual'));
  expect(rest).toMatchSnapshot();
  expect(namespaces.find((ns) => ns.name === 'host')).toMatchSnapshot();
});

describe('hosts that people wrote down', () => {
  const WRITTEN = new URL('../../fixtures/written-hosts/', import.meta.url);

  test('a veth whose listings show no netnsid, and a port that only brctl and `master` know', async () => {
    const host = await loadSnapshot(new URL('notes-default-bridge', WRITTEN).pathname);
    expect([...findPeers(host)]).toEqual([
      ['host/veth4866e91', { netns: 'nstest', iface: 'eth0' }],
      ['nstest/eth0', { netns: 'host', iface: 'veth4866e91' }],
    ]);
    expect(host.netns.get('host')?.bridgePorts.map(({ iface, bridge }) => [iface, bridge])).toEqual([['veth4866e91', 'docker0']]);
  });

  test('listings that contradict each other are said to', async () => {
    const host = await loadSnapshot(new URL('deep-dive-4-swarm', WRITTEN).pathname);
    expect(host.problems.filter((p) => p.origin.file === 'host/brctl-show.txt')).toEqual([
      {
        kind: 'contradiction',
        origin: { file: 'host/brctl-show.txt', line: 2 },
        text: 'docker0 vethd944f19',
        message: 'brctl puts vethd944f19 into docker0, host/ip-addr.txt:20 to docker_gwbridge: the latter is used',
      },
    ]);
    expect(host.netns.get('host')?.bridgePorts.map(({ iface, bridge }) => [iface, bridge])).toEqual([['vethd944f19', 'docker_gwbridge']]);
  });
});

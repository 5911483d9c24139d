import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow, type Machine } from '../../../src/datapath/index.js';
import type { FlowRequest } from '../../../src/model/trace.js';
import { Rng } from '../../kernel/generate/rng.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';
import { translatableRules, translated, type Pools } from '../../support/translatable-rules.js';

const POOLS: Pools = {
  addresses: ['172.17.0.2', '172.17.0.3', '172.17.0.0/16', '203.0.113.8', '203.0.113.0/24', '192.0.2.10', '10.0.0.0/8'],
  ins: ['docker0', 'eth0', 'eth+', 'lo'],
  outs: ['docker0', 'eth0', 'docker+', 'lo'],
  own: '192.0.2.10',
  server: '172.17.0.2',
  other: '172.17.0.3',
  types: ['LOCAL', 'UNICAST'],
  rejects: ['icmp-port-unreachable', 'icmp-host-prohibited'],
};

const FLOWS: readonly FlowRequest[] = [
  { from: 'web', to: '203.0.113.8', dport: 443 },
  { from: 'web', to: '203.0.113.8', dport: 53, proto: 'udp' },
  { from: 'web', to: '172.17.0.3', dport: 53, proto: 'udp' },
  { from: 'db', to: '172.17.0.2', dport: 80 },
  { from: 'host', to: '172.17.0.2', dport: 80 },
  { from: 'host', to: '203.0.113.8', dport: 80 },
  { from: '203.0.113.8', to: '192.0.2.10', dport: 443 },
  { from: '203.0.113.8', to: '172.17.0.2', dport: 80 },
];

const machine = (files: Readonly<Record<string, string>>): Machine => createMachine(buildHost(lab({ files })));
const PRESENT = translated('*filter\nCOMMIT\n') !== undefined;

/** `TRANSLATE_SEED` says with which random rule sets to begin. */
const FIRST = Number(process.env['TRANSLATE_SEED'] ?? 7100);

describe.skipIf(!PRESENT)('rules of iptables and what iptables-restore-translate makes of them', () => {
  test.each(Array.from({ length: 40 }, (_, i) => [FIRST + i]))('seed %i', (seed) => {
    const rules = translatableRules(new Rng(seed), POOLS);
    const nft = translated(rules) ?? '';
    expect(nft.split('\n').filter((line) => line.startsWith('# -t'))).toEqual([]);
    const one = machine({ 'iptables-save.txt': rules, 'nft-ruleset.json': '{"nftables":[{"metainfo":{"json_schema_version":1}}]}' });
    const other = machine({ 'nft-ruleset.txt': nft, 'iptables-save.txt': '*filter\nCOMMIT\n' });
    for (const flow of FLOWS) {
      const [a, b] = [traceFlow(one, flow), traceFlow(other, flow)];
      expect({ flow, outcome: b.outcome, packets: b.packets }, `${rules}\n${nft}\n${a.reason}\n${b.reason}`).toEqual({
        flow,
        outcome: a.outcome,
        packets: a.packets,
      });
    }
  });
});

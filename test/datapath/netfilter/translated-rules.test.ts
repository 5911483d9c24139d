import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow, type Machine } from '../../../src/datapath/index.js';
import type { FlowRequest } from '../../../src/model/trace.js';
import { Rng } from '../../kernel/generate/rng.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

/** @returns what iptables-restore-translate makes of rules of iptables; undefined where there is no such program. */
function translated(rules: string): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'translate-'));
  try {
    writeFileSync(join(dir, 'rules'), rules);
    return execFileSync('iptables-restore-translate', ['-f', join(dir, 'rules')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const HOOKS = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
} as const;
type Name = keyof typeof HOOKS;

const ADDRESSES = ['172.17.0.2', '172.17.0.3', '172.17.0.0/16', '203.0.113.8', '203.0.113.0/24', '192.0.2.10', '10.0.0.0/8'] as const;

function conditions(rng: Rng, table: Name, chain: string): string {
  const comesIn = chain === 'PREROUTING' || chain === 'INPUT' || chain === 'FORWARD';
  const goesOut = chain === 'OUTPUT' || chain === 'POSTROUTING' || chain === 'FORWARD';
  const not = (): string => (rng.chance(0.2) ? '! ' : '');
  const forms = [
    `${not()}-s ${rng.pick(ADDRESSES)}`,
    `${not()}-d ${rng.pick(ADDRESSES)}`,
    ...(comesIn ? [`${not()}-i ${rng.pick(['docker0', 'eth0', 'eth+', 'lo'])}`] : []),
    ...(goesOut ? [`${not()}-o ${rng.pick(['docker0', 'eth0', 'docker+', 'lo'])}`] : []),
    ...(table === 'raw' ? [] : [`-m conntrack --ctstate ${rng.pick(['NEW', 'RELATED,ESTABLISHED', 'INVALID'])}`]),
    `-m mark ${not()}--mark ${rng.pick(['0x1', '0x2', '0x1/0x3'])}`,
    `-m addrtype --dst-type ${rng.pick(['LOCAL', 'UNICAST'])}`,
  ];
  const proto = rng.pick(['tcp', 'tcp', 'udp']);
  const port = rng.pick([
    '',
    `-p ${proto} -m ${proto} --dport ${rng.pick(['80', '443', '53', '1:100', '400:500'])}`,
    // of udp the translator of 1.8.9 loses the `!`
    `-p tcp -m tcp ! --dport ${rng.pick(['80', '443', '53'])}`,
    `-p ${proto} -m multiport --dports ${rng.pick(['80,443', '53,60:90', '22'])}`,
    `! -p ${rng.pick(['tcp', 'udp', 'icmp'])}`,
  ]);
  return [...rng.some(forms, 0.15).slice(0, 2), table === 'nat' ? '' : port].join(' ');
}

function target(rng: Rng, table: Name, chain: string, user: readonly string[]): string {
  const out = user.map((name) => `${rng.pick(['-j', '-j', '-g'])} ${name}`);
  const plain = ['-j ACCEPT', '-j RETURN', ...out];
  switch (table) {
    case 'raw':
      return rng.pick([...plain, '-j DROP', '-j NOTRACK']);
    case 'mangle':
      return rng.pick([...plain, '-j DROP', '-j MARK --set-xmark 0x1/0xffffffff', '-j MARK --set-xmark 0x2/0x2']);
    case 'filter':
      return rng.pick([
        ...plain,
        '-j DROP',
        '-j REJECT --reject-with icmp-port-unreachable',
        '-j REJECT --reject-with icmp-host-prohibited',
        '-j LOG',
      ]);
    case 'nat':
      return chain === 'POSTROUTING'
        ? rng.pick(['-j MASQUERADE', '-j SNAT --to-source 192.0.2.10', '-j ACCEPT'])
        : rng.pick([
            '-p tcp -m tcp --dport 443 -j DNAT --to-destination 172.17.0.2:80',
            '-j DNAT --to-destination 172.17.0.3',
            '-p udp -j REDIRECT',
            '-j ACCEPT',
          ]);
  }
}

/** @returns lines of iptables-restore by table. */
function randomRules(rng: Rng): ReadonlyMap<Name, { readonly heads: readonly string[]; readonly rules: readonly string[] }> {
  const names = (Object.keys(HOOKS) as Name[]).filter((name) => name === 'filter' || rng.chance(0.6));
  return new Map(
    names.map((table) => {
      const user = table === 'nat' ? [] : ['U', 'V'];
      const made = [
        ...HOOKS[table].flatMap((chain) =>
          rng.times(0, 4, () => `-A ${chain} ${conditions(rng, table, chain)} ${target(rng, table, chain, user)}`),
        ),
        ...user.flatMap((chain) =>
          rng.times(
            0,
            3,
            () =>
              `-A ${chain} ${conditions(rng, table, 'PREROUTING').replace(/(?:! )?-[io] \S+/, '')} ${target(rng, table, 'none', chain === 'U' ? ['V'] : [])}`,
          ),
        ),
      ];
      const policy = (): string => (table === 'filter' && rng.chance(0.3) ? 'DROP' : 'ACCEPT');
      const heads = [...HOOKS[table].map((chain) => `:${chain} ${policy()} [0:0]`), ...user.map((chain) => `:${chain} - [0:0]`)];
      return [table, { heads, rules: made.map((rule) => rule.replace(/ +/g, ' ')) }] as const;
    }),
  );
}

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
    const tables = [...randomRules(new Rng(seed))];
    const rules = tables.map(([name, { heads, rules }]) => [`*${name}`, ...heads, ...rules, 'COMMIT', ''].join('\n')).join('');
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

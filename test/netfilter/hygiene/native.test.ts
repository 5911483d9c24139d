import { describe, expect, it } from 'vitest';
import { analyseRules } from '../../../src/datapath/hygiene.js';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { nativeHygieneOf } from '../../../src/netfilter/hygiene/native-table.js';
import { editNft } from '../../../src/netfilter/nftables/edit.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { likelyFlows } from '../../../src/explain/reach.js';

const devices = new Set(['lo', 'up0', 'docker0']);

/** Each finding: its kind, the chain, and the rule with what takes its packets. */
function found(body: string): readonly string[] {
  const text = `add table inet t { ${body} }`;
  const { tables } = editNft({ tables: [], incomplete: true, file: 'typed' }, text, { file: 'typed', line: 1 });
  return tables.flatMap((table) =>
    nativeHygieneOf(table, { netns: 'host', devices })
      .all()
      .map(({ kind, chain, rule, by, together }) =>
        [`${kind} ${chain}: ${rule}`, ...(together ?? (by === undefined ? [] : [by])).map((one) => one.rule)].join(' <- '),
      ),
  );
}

const base = (...rules: readonly string[]): string =>
  `chain f { type filter hook forward priority filter; policy accept; ${rules.join('; ')}; }`;

describe('native rules that no packet meets', () => {
  it.each<readonly [string, readonly string[]]>([
    [
      base('ip saddr 10.0.0.0/8 drop', 'ip saddr 10.1.0.0/16 tcp dport 80 accept'),
      ['shadowed f: ip saddr 10.1.0.0/16 tcp dport 80 accept <- ip saddr 10.0.0.0/8 drop'],
    ],
    [
      base('ct state established,related accept', 'ct state established,related accept'),
      ['redundant f: ct state established,related accept <- ct state established,related accept'],
    ],
    [
      base('tcp dport { 80, 443, 8000-8100 } accept', 'tcp dport 8010 drop', 'udp dport 8010 drop'),
      ['shadowed f: tcp dport 8010 drop <- tcp dport { 80, 443, 8000-8100 } accept'],
    ],
    [base('tcp dport 80', 'tcp dport 80 tcp dport 81 drop'), ['unsatisfiable f: tcp dport 80 tcp dport 81 drop']],
    [base('iifname "gone0" drop', 'iifname "dock*" drop', 'iifname "up0" drop'), ['no-device f: iifname "gone0" drop']],
    // of one family alone
    [
      base('meta nfproto ipv4 drop', 'ip saddr 10.0.0.1 accept', 'ip6 saddr fc00::1 accept', 'tcp dport 22 accept'),
      ['shadowed f: ip saddr 10.0.0.1 accept <- meta nfproto ipv4 drop'],
    ],
    // frames of other families are not told apart
    [base('meta nfproto ipv4 drop', 'meta nfproto ipv6 drop', 'tcp dport 22 accept'), []],
    // what a rate, a draw or a set that packets fill takes is not certain
    [base('limit rate 1/second drop', 'accept'), []],
    [base('numgen random mod 2 == 0 drop', 'numgen random mod 2 == 0 accept'), []],
    [`set s { type ipv4_addr; flags dynamic; }\n${base('ip saddr @s drop', 'ip saddr @s accept')}`, []],
    [
      `set s { type ipv4_addr; elements = { 10.0.0.1, 10.0.0.2 }; }\n${base('ip saddr @s drop', 'ip saddr 10.0.0.2 accept')}`,
      ['shadowed f: ip saddr 10.0.0.2 accept <- ip saddr @s drop'],
    ],
    // a set that holds nothing yet is there to be filled
    [`set s { type ipv4_addr; }\n${base('ip saddr @s drop')}`, []],
    // a rule between them changes what both ask for
    [base('meta mark 1 accept', 'meta mark set 1', 'meta mark 1 drop'), []],
    [
      base('meta mark 1 accept', 'ct mark set 1', 'meta mark 1 drop'),
      ['shadowed f: meta mark 0x00000001 drop <- meta mark 0x00000001 accept'],
    ],
    [`${base('meta mark 1 accept', 'jump m', 'meta mark 1 drop')}\nchain m { meta mark set 1; }`, []],
    [
      `chain m { counter; }\n${base('meta mark 1 accept', 'jump m', 'meta mark 1 drop')}`,
      ['shadowed f: meta mark 0x00000001 drop <- meta mark 0x00000001 accept'],
    ],
    // what is asked after something is done does not cover
    [base('meta mark set 1 tcp dport 80 accept', 'accept'), []],
    // a look-up may find nothing
    [`chain a { drop; }\n${base('ip saddr vmap { 10.0.0.1 : jump a, 10.0.0.2 : accept }', 'accept')}`, []],
    [`chain a { drop; }\nchain b { accept; }\n${base('tcp dport 80 jump a')}`, ['unreached b: accept']],
    [`chain a { jump b; }\nchain b { accept; }\n${base('drop')}`, ['unreached a: jump b', 'unreached b: accept']],
    [`map v { type ifname : verdict; elements = { "up0" : jump a }; }\nchain a { accept; }\n${base('iifname vmap @v')}`, []],
    [`map v { type ipv4_addr : verdict; flags dynamic; }\nchain a { accept; }\n${base('ip saddr vmap @v')}`, []],
    [`chain a { accept; }\n${base('jump { ip saddr 10.0.0.1 jump a; }')}`, []],
  ])('%s', (body, expected) => {
    expect(found(body)).toEqual(expected);
  });
});

describe('no flow meets a rule of which it is said', () => {
  it.each(['nft-docker29', 'nft-hostfw', 'swarm-ingress'])('%s', async (name) => {
    const machine = createMachine(await loadSnapshot(`fixtures/nft-hosts/${name}`));
    const never = new Set(
      analyseRules(machine)
        .filter(({ kind }) => kind !== 'unreached')
        .map(({ table, chain, rule }) => `${table} ${chain} ${rule}`),
    );
    const met = likelyFlows(machine)
      .slice(0, 150)
      .flatMap((flow) => traceFlow(machine, flow).rules.map(({ table, chain, rule }) => `${table} ${chain} ${rule}`));
    expect(met.filter((rule) => never.has(rule))).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { loadFiles } from '../../src/snapshot/load.js';

const FILTER = `Chain INPUT (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination
    0     0 ACCEPT     tcp  --  *      *       0.0.0.0/0            0.0.0.0/0            tcp dpt:22

Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination

Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination
`;
const NAT = `Chain PREROUTING (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination
    0     0 DNAT       tcp  --  *      *       0.0.0.0/0            0.0.0.0/0            tcp dpt:80 to:172.17.0.2:80

Chain INPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination

Chain OUTPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination

Chain POSTROUTING (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination
`;

/** Tables, each with its rules and the places where some may be missing; the problems' messages. */
function read(files: Readonly<Record<string, string>>): {
  readonly tables: Readonly<Record<string, string>>;
  readonly told: readonly string[];
} {
  const host = loadFiles(new Map(Object.entries(files).map(([name, text]) => [`host/${name}`, text])));
  const tables = [...(host.netns.get('host')?.rulesets[0]?.tables.values() ?? [])].map((table) => {
    const rules = [...table.chains.values()].flatMap((chain) =>
      chain.rules.map((rule) => (rule.gap === undefined ? rule.text : `gap ${chain.name}`)),
    );
    return [table.name, rules.join(' | ')] as const;
  });
  return { tables: Object.fromEntries(tables), told: host.problems.map((p) => `${p.origin.line} ${p.message}`) };
}

const ssh = '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT';
const dnat = '-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 172.17.0.2:80';

describe('listings of iptables -L', () => {
  test.each([
    ['two behind each other', { 'iptables-list.txt': FILTER + NAT }, { filter: ssh, nat: dnat }],
    [
      'two behind prompts',
      { 'iptables-list.txt': `# iptables -L -n -v\n${FILTER}# iptables -t nat -L -n -v\n${NAT}` },
      { filter: ssh, nat: dnat },
    ],
    ['nat under the name of filter', { 'iptables-list.txt': NAT }, { nat: dnat }],
    ['filter under the name of nat', { 'iptables-list-nat.txt': FILTER }, { filter: ssh }],
    [
      'the chains of nat alone tell nothing else',
      { 'iptables-list-nat.txt': NAT, 'iptables-list.txt': FILTER },
      { nat: dnat, filter: ssh },
    ],
  ])('%s', (_what, files, tables) => {
    expect(read(files)).toEqual({ tables, told: [] });
  });

  test('one table twice: what the second says is a place where rules may be missing', () => {
    expect(read({ 'iptables-list.txt': FILTER + FILTER })).toEqual({
      tables: { filter: `${ssh} | gap INPUT | gap FORWARD | gap OUTPUT` },
      told: ['10 the table is listed twice: only the first listing is read'],
    });
  });

  test('a table that nothing tells is not read', () => {
    const output = 'Chain OUTPUT (policy ACCEPT)\ntarget     prot opt source               destination\n';
    const { told } = read({ 'iptables-list.txt': FILTER + output });
    expect(told).toEqual(['10 nothing tells which table this listing is of: it is not read; take iptables-save instead']);
  });
});

import { expect, test } from 'vitest';
import type { TableName } from '../../../src/model/netfilter.js';
import { factsIn } from '../../../src/netfilter/iptables/rule-facts.js';
import { parseIptablesSave } from '../../../src/snapshot/parsers/iptables-save.js';

const NOTHING = {
  leadsTo: [],
  ends: false,
  decides: false,
  leaves: false,
  asksState: false,
  needsConntrack: false,
  changesTracking: false,
  handsOver: false,
  readsBytes: false,
  translates: [],
  sets: [],
  recentLists: [],
};
const VERDICT = { ends: true, decides: true };
const to = (addresses: readonly number[], ports?: readonly number[]) => [{ manip: 'dst', addresses, ...(ports && { ports }) }];

/** What hand-typed rules were once taken for something else by. */
const CASES: readonly (readonly [rule: string, facts: object])[] = [
  ['-m comment --comment "until May: -j DROP" -j OURS', { leadsTo: ['OURS'] }],
  ['-m comment --comment "-m state --state NEW -g OURS" -j DROP', VERDICT],
  ['-m comment --comment "was -m u32 once" -j ACCEPT', VERDICT],
  ['-m comment --comment "--to-destination 10.0.0.1-10.0.0.9" -j ACCEPT', VERDICT],
  ['-p tcp --sport=1024:2000 --jump ACCEPT', VERDICT],
  ['--goto OURS', { leadsTo: ['OURS'], ends: true, leaves: true }],
  ['-p udp --jump RETURN', { ends: true, leaves: true }],
  ['--match state --state NEW --jump DROP', { ...VERDICT, asksState: true, needsConntrack: true }],
  ['-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', { ...VERDICT, asksState: true, needsConntrack: true }],
  ['-m connlimit --connlimit-above 3 -j DROP', { ...VERDICT, needsConntrack: true }],
  ['-m connbytes --connbytes 1 --connbytes-mode bytes --connbytes-dir both -j DROP', { ...VERDICT, needsConntrack: true }],
  ['-m connlabel --label 1 -j DROP', { ...VERDICT, needsConntrack: true }],
  ['-m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 1 -j DROP', { ...VERDICT, needsConntrack: true }],
  ['-p tcp -j SYNPROXY --mss 1460', { needsConntrack: true }],
  ['-m helper --helper ftp -j ACCEPT', { ...VERDICT, needsConntrack: true }],
  [
    '--protocol tcp --dport 80 --jump DNAT --to-destination=10.0.0.2:8080',
    { ends: true, needsConntrack: true, translates: to([0x0a000002, 0x0a000002], [8080, 8080]) },
  ],
  ['-p tcp -j DNAT --to-destination 10.0.0.2-10.0.0.4', { ends: true, needsConntrack: true, translates: to([0x0a000002, 0x0a000004]) }],
  ['-p tcp -j REDIRECT --to-ports 80-90', { ends: true, needsConntrack: true, translates: [{ manip: 'dst', ports: [80, 90] }] }],
  ['-j MASQUERADE', { ends: true, needsConntrack: true, translates: [{ manip: 'src' }] }],
  ['-j CT --notrack', { changesTracking: true }],
  ['-j CONNMARK --save-mark', { needsConntrack: true }],
  ['-j CONNSECMARK --save', { needsConntrack: true }],
  ['-p tcp -j TPROXY --on-port 80', { handsOver: true }],
  ['-m socket -j ACCEPT', { ...VERDICT, handsOver: true }],
  ['-m u32 --u32 "0x0=0x0" -j ACCEPT', { ...VERDICT, readsBytes: true }],
  ['-j LOG --log-prefix "-j DROP "', {}],
  ['-p tcp -j REJECT --reject-with tcp-reset', { ends: true }],
];

/** Where the kernel lets a rule stand. */
function placeOf(rule: string): readonly [table: TableName, chain: string] {
  if (/ (?:DNAT|REDIRECT) /.test(rule)) return ['nat', 'PREROUTING'];
  if (rule.endsWith('MASQUERADE')) return ['nat', 'POSTROUTING'];
  if (rule.includes('-j CT ')) return ['raw', 'PREROUTING'];
  if (/TPROXY|-m socket/.test(rule)) return ['mangle', 'PREROUTING'];
  return /REJECT|SYNPROXY/.test(rule) ? ['filter', 'FORWARD'] : ['mangle', 'FORWARD'];
}

test.each(CASES)('%s', (rule, told) => {
  const [name, chain] = placeOf(rule);
  const text = `*${name}\n:${chain} ACCEPT [0:0]\n:OURS - [0:0]\n-A ${chain} ${rule}\nCOMMIT\n`;
  const table = parseIptablesSave(text, 'iptables-save.txt', 4).data.ruleset.tables.get(name)!;
  const { action: _action, predicate: _predicate, states: _states, ...facts } = factsIn(table, 4).of(table.chains.get(chain)!.rules[0]!);
  expect(facts).toEqual({ ...NOTHING, ...told });
});

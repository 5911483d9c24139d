import { expect, test } from 'vitest';
import { canonicalRule } from '../../../src/netfilter/iptables/rule-print.js';
import { parseIptablesSave } from '../../../src/snapshot/parsers/iptables-save.js';

/** What a script leaves behind: `?` a policy that it does not set, `(gap)` a place at which rules may be that it does not tell. */
function left(text: string, family: 4 | 6 = 4): readonly string[] {
  const { data, problems } = parseIptablesSave(text, 'firewall.sh', family);
  const lines = [...data.ruleset.tables.values()].flatMap((table) =>
    [...table.chains.values()].flatMap((chain) => [
      `${table.name} ${chain.name} ${chain.policyUnseen === undefined ? (chain.policy ?? '-') : '?'}`,
      ...chain.rules.map((rule) => (rule.gap === undefined ? canonicalRule(chain.name, rule.spec) : '(gap)')),
    ]),
  );
  return [...lines.filter((line) => !line.startsWith('mangle ')), ...problems.map(({ origin, message }) => `${origin.line}: ${message}`)];
}

const KNOWN = ['filter INPUT ?', 'filter FORWARD ?', 'filter OUTPUT ?'];
const OPEN = ['filter INPUT ?', '(gap)', 'filter FORWARD ?', '(gap)', 'filter OUTPUT ?', '(gap)'];

const CASES: readonly (readonly [name: string, text: string, told: readonly string[]])[] = [
  [
    'as it is usually written',
    '#!/bin/sh\nIPT="/sbin/iptables"\n\n$IPT -F   # begin anew\n$IPT -X\n${IPT} -P INPUT DROP\n$IPT -N LOGDROP\n$IPT -A LOGDROP -j LOG --log-prefix \'drop: \'\n' +
      'sudo iptables -A INPUT -p tcp \\\n  --dport 22 -j ACCEPT\n/usr/sbin/iptables -I INPUT -i lo -j ACCEPT 2>/dev/null\necho done\nexit 0\niptables -F\n',
    [
      'filter INPUT DROP',
      '-A INPUT -i lo -j ACCEPT',
      '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT',
      'filter FORWARD ?',
      'filter OUTPUT ?',
      'filter LOGDROP -',
      '-A LOGDROP -j LOG --log-prefix "drop: "',
    ],
  ],
  [
    'what was there before stands before what is added, and behind what is put in',
    'iptables -A INPUT -j DROP\niptables -I INPUT -j ACCEPT\n',
    ['filter INPUT ?', '-A INPUT -j ACCEPT', '(gap)', '-A INPUT -j DROP', ...OPEN.slice(2)],
  ],
  [
    'a chain that may have been there',
    'iptables -N MINE\niptables -A MINE -j DROP\n',
    [...OPEN, 'filter MINE -', '(gap)', '-A MINE -j DROP'],
  ],
  [
    'a loop, of which nothing is followed',
    'iptables -F\nfor p in 80 443; do\n  iptables -A INPUT -p tcp --dport $p -j ACCEPT\ndone\niptables -A INPUT -j DROP\n',
    [
      'filter INPUT ?',
      '(gap)',
      '-A INPUT -j DROP',
      ...OPEN.slice(2),
      '2: not a command of iptables: what it does to the tables is not known',
      '3: a variable of which the script does not tell the value: what it does to the tables is not known',
      '4: not a command of iptables: what it does to the tables is not known',
    ],
  ],
  [
    'more than one command in a line',
    'iptables -F\niptables -C INPUT -j DROP || iptables -A INPUT -j DROP\n',
    [...OPEN, '2: more than one plain command: what it does to the tables is not known'],
  ],
  [
    'another program',
    'iptables -F\nservice docker restart\n',
    [...OPEN, '2: not a command of iptables: what it does to the tables is not known'],
  ],
  [
    'a command whose outcome hangs on what was there',
    'iptables -F\niptables -D INPUT 3\n',
    ['filter INPUT ?', '(gap)', 'filter FORWARD ?', 'filter OUTPUT ?', '2: what -D does in a script is not followed'],
  ],
  ['of the other family', 'iptables -F\nip6tables -A INPUT -j DROP\n', KNOWN],
  [
    'a rule that iptables refuses is undecidable, and the script goes on',
    'iptables -F\niptables -A INPUT -m conntrack --ctstate BAD -j DROP\niptables -A INPUT -j ACCEPT\n',
    ['filter INPUT ?', '-A INPUT -m conntrack --ctstate BAD -j DROP', '-A INPUT -j ACCEPT', ...KNOWN.slice(1)],
  ],
  [
    'a command in a command',
    'iptables -F\niptables -A INPUT -s $(curl x) -j DROP\n',
    [...OPEN, '2: a variable of which the script does not tell the value: what it does to the tables is not known'],
  ],
];

test.each(CASES)('%s', (_, text, told) => {
  expect(left(text)).toEqual(told);
});

test('it is told that it is a script, and which tables it leaves out', () => {
  const { leavesOut, data } = parseIptablesSave('iptables -F\n', 'firewall.sh', 4);
  expect(data.ruleset.unlisted).toEqual(['raw', 'mangle', 'nat', 'security']);
  expect(leavesOut?.[0]?.why).toBe('it is a script: what it does by itself is read, what ran before and after it is not known');
});

test('what is no script, and what a snapshot has for a listing, is none', () => {
  expect(parseIptablesSave('bash: iptables: command not found\n', 'rules.v4', 4).problems).toHaveLength(1);
  expect(parseIptablesSave('iptables -F\n', 'host/iptables-save.txt', 4).data.ruleset.tables.size).toBe(0);
});

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

const CASES: readonly (readonly [name: string, text: string, told: readonly (string | RegExp)[]])[] = [
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
    'a jump to a chain that the script makes below it, and rules of a chain that nothing makes',
    'iptables -F\niptables -X\niptables -A INPUT -j LATER\niptables -N LATER\niptables -A OTHER -j DROP\n',
    ['filter INPUT ?', '(gap)', 'filter FORWARD ?', 'filter OUTPUT ?', 'filter LATER -', 'filter OTHER -', '(gap)', '-A OTHER -j DROP'],
  ],
  [
    'an end that hangs on something: the lines below it may run or not',
    'if [ "$1" = stop ]; then\n  iptables -F\n  exit 0\nfi\niptables -P INPUT DROP\nexit $?\n',
    [
      'filter INPUT DROP',
      '(gap)',
      ...OPEN.slice(2),
      '1: a variable of which the script does not tell the value: what it does to the tables is not known',
      '3: the script may end here: what it does to the tables is not known',
      '4: not a command of iptables: what it does to the tables is not known',
    ],
  ],
  [
    'a function that ends the script, and a call of it',
    'die() {\n  exit 1\n}\niptables -F\ndie\n',
    [
      ...OPEN,
      '1: not a command of iptables: what it does to the tables is not known',
      '2: the script may end here: what it does to the tables is not known',
      '3: not a command of iptables: what it does to the tables is not known',
      '5: not a command of iptables: what it does to the tables is not known',
    ],
  ],
  ...[
    ['in a block', 'P=22\nif true; then\n  P=23\nfi\n'],
    ['in a function that is called later', 'f() {\n  P=23\n}\nP=22\nf\n'],
    ['by what another command prints', 'P=22\nP=$(cat port)\n'],
    ['by read', 'P=22\nread -r P\n'],
    ['by a loop', 'P=22\nfor P in 23 24; do\ndone\n'],
    ['by another file', 'P=22\n. /etc/default/firewall\n'],
    ['by a list that goes on in the next line', 'P=22\n[ -f /etc/port ] &&\nP=23\n'],
    ['where it has none', 'P=\necho ${P:=23}\n'],
    ['in a text that is written to a file', 'cat <<END\nP=22\nEND\n'],
  ].map(([how = '', text = '']): (typeof CASES)[number] => [
    `a variable that is set ${how}`,
    `${text}iptables -F\niptables -A INPUT -p tcp --dport $P -j DROP\n`,
    [...OPEN, /a variable of which the script does not tell the value/],
  ]),
  ['a variable in single quotes', "P=22\niptables -F\niptables -A INPUT -m comment --comment '$P' -j DROP\n", [...OPEN, /^3: a variable/]],
  ['two back ends, each with tables of its own', 'iptables-legacy -F\niptables -P INPUT DROP\n', [...OPEN, /another back end/]],
  ['the same one', 'iptables-nft -F\nip6tables-legacy -F\niptables-nft -P INPUT DROP\n', ['filter INPUT DROP', ...KNOWN.slice(1)]],
  [
    'a comment that ends in a backslash, and a command that does at the end of the file',
    'iptables -F # all \\\niptables -P INPUT DROP\n# this \\\niptables -P OUTPUT DROP\niptables -P FORWARD DROP \\',
    ['filter INPUT DROP', 'filter FORWARD DROP', 'filter OUTPUT DROP'],
  ],
  ['a text over several lines', 'iptables -F\necho "to begin anew:\niptables -P INPUT ACCEPT\necho "\n', [...OPEN, /^2: /, /^4: /]],
  [
    'set -e and a command that iptables refuses, which ends the script',
    'set -e\niptables -F\niptables -A INPUT -m conntrack --ctstate BAD\niptables -P INPUT DROP\n',
    [...OPEN, '3: a command that may fail, which ends the script: whether the lines below it ran is not known'],
  ],
  [
    'sh -e and a chain that may be there',
    '#!/bin/sh -e\niptables -F\niptables -N MINE\niptables -P INPUT DROP\n',
    [...OPEN, /^3: a command that may/],
  ],
  [
    'set -e and nothing that fails',
    'set -eu\niptables -F\niptables -X\niptables -N MINE\niptables -P INPUT DROP\n',
    ['filter INPUT DROP', ...KNOWN.slice(1), 'filter MINE -'],
  ],
  ['more lines than are read', `iptables -F\n${'\n'.repeat(20_000)}iptables -P INPUT ACCEPT\n`, [...OPEN, /more than 20000 lines/]],
  [
    'a command in a command',
    'iptables -F\niptables -A INPUT -s $(curl x) -j DROP\n',
    [...OPEN, '2: a variable of which the script does not tell the value: what it does to the tables is not known'],
  ],
];

test.each(CASES)('%s', (_, text, told) => {
  const answers = left(text);
  const said = told.filter((one) => typeof one !== 'string');
  if (said.length === 0) return expect(answers).toEqual(told);
  // of what is told of each line, that which decides; of the tables, all
  expect(answers.filter((line) => !/^\d+: /.test(line))).toEqual(told.filter((one) => typeof one === 'string'));
  for (const one of said) expect(answers).toContainEqual(expect.stringMatching(one));
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

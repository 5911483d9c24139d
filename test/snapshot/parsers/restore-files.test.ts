import { expect, test } from 'vitest';
import { canonicalRule } from '../../../src/netfilter/iptables/rule-print.js';
import { parseIptablesSave } from '../../../src/snapshot/parsers/iptables-save.js';

/** A table as its listing: chains with their policies (`?`: not told), and what their rules say. */
function listed(text: string): readonly string[] {
  const { data, problems } = parseIptablesSave(text, 'rules.v4', 4);
  const lines = [...data.ruleset.tables.values()].flatMap((table) => [
    `*${table.name}`,
    ...[...table.chains.values()].flatMap((chain) => [
      `:${chain.name} ${chain.policyUnseen === undefined ? (chain.policy ?? '-') : '?'}`,
      ...chain.rules.map((rule) => (rule.gap === undefined ? canonicalRule(chain.name, rule.spec) : '(gap)')),
    ]),
  ]);
  const { unlisted = [] } = data.ruleset;
  const untold = unlisted.length === 0 ? [] : [`not told: ${unlisted.join(', ')}`];
  return [...lines, ...problems.map(({ origin, message }) => `${origin.line}: ${message}`), ...untold];
}

const filter = (...lines: readonly string[]): string =>
  ['*filter', ':INPUT ACCEPT [0:0]', ':MINE - [0:0]', ...lines, 'COMMIT', ''].join('\n');
const table = (...rules: readonly string[]): readonly string[] => ['*filter', ':INPUT ACCEPT', ...rules, ':MINE -'];

const ENDS = 'iptables-restore ends here and loads none of *filter: what the kernel has instead, `iptables-save` shows';

/** Files as people write them, and the table that iptables-restore 1.8.9 makes of them, legacy and nft. */
const CASES: readonly (readonly [name: string, text: string, listing: readonly string[]])[] = [
  ['-I', filter('-A INPUT -j ACCEPT', '-I INPUT -p tcp -j DROP'), table('-A INPUT -p tcp -j DROP', '-A INPUT -j ACCEPT')],
  ['-I at a place', filter('-A INPUT -j ACCEPT', '-I INPUT 2 -j DROP'), table('-A INPUT -j ACCEPT', '-A INPUT -j DROP')],
  [
    '-I beyond the end',
    filter('-I INPUT 2 -j DROP'),
    [`4: chain INPUT has no place 2: iptables-restore does not load it; ${ENDS}`, 'not told: filter'],
  ],
  ['-AINPUT', filter('-AINPUT -j DROP'), table('-A INPUT -j DROP')],
  ['--append', filter('--append INPUT -j DROP', '--app=INPUT -j ACCEPT'), table('-A INPUT -j DROP', '-A INPUT -j ACCEPT')],
  ['the command last', filter('-p tcp --dport 80 -j DROP -A INPUT'), table('-A INPUT -p tcp -m tcp --dport 80 -j DROP')],
  ['in quotes', filter('"-A" INPUT "-j" DROP'), table('-A INPUT -j DROP')],
  [
    '-D by its place and by what it says',
    filter('-A INPUT -j DROP', '-A INPUT -p 6 --dport 1', '-D INPUT 1', '-D INPUT -p tcp --dport 1'),
    table(),
  ],
  ['-R', filter('-A INPUT -j DROP', '-R INPUT 1 -j ACCEPT'), table('-A INPUT -j ACCEPT')],
  ['-F', filter('-A INPUT -j DROP', '-A MINE -j DROP', '-F INPUT'), [...table(), '-A MINE -j DROP']],
  ['-X', filter('-X'), ['*filter', ':INPUT ACCEPT']],
  ['-P', filter('-A INPUT -j LOG', '-P INPUT DROP'), ['*filter', ':INPUT DROP', '-A INPUT -j LOG', ':MINE -']],
  ['-N', filter('-N NEW', '-A NEW -j DROP'), [...table(), ':NEW -', '-A NEW -j DROP']],
  [
    'of the other family, as soon as it says so',
    filter('-A INPUT -j DROP', '-A INPUT -6 -j LOG --log-level bad', '-A INPUT -s 10.0.0.1 --ipv6 -s ::1'),
    table('-A INPUT -j DROP'),
  ],
  [
    'of its own family, behind a ! that says nothing',
    filter('-A INPUT -m ttl ! --ipv4 --ttl-eq 5', '! -4 -I INPUT -p tcp --dport 5 -j DROP'),
    table('-A INPUT -p tcp -m tcp --dport 5 -j DROP', '-A INPUT -m ttl --ttl-eq 5'),
  ],
  ['of its own family, whatever a prefix says', filter('-A INPUT -j LOG --log-prefix " -6"'), table('-A INPUT -j LOG --log-prefix " -6"')],
  ['of the other family', filter('-A INPUT -j DROP', '--ipv6 -A INPUT -j ACCEPT'), table('-A INPUT -j DROP')],
  ['no declaration', '*filter\n-A INPUT -j DROP\nCOMMIT\n', ['*filter', ':INPUT ?', '-A INPUT -j DROP']],
  [
    'a command line',
    filter('iptables -A INPUT -j DROP'),
    [`4: a command, not a line of iptables-save: iptables-restore refuses it; ${ENDS}`, 'not told: filter'],
  ],
  [
    'a refused line: tables above stay, this one and those behind it are not loaded',
    `*raw\n-A OUTPUT -j NOTRACK\nCOMMIT\n${filter('-A INPUT -m conntrack --ctstate BAD')}*nat\n-A OUTPUT -j RETURN\nCOMMIT\n`,
    [
      '*raw',
      ':OUTPUT ?',
      '-A OUTPUT -j NOTRACK',
      `7: cannot read --ctstate BAD: ${ENDS.replace('*filter', '*filter, *nat')}`,
      'not told: nat, filter',
    ],
  ],
  [
    'a refused line of a table that was loaded once: that stays',
    filter('-A INPUT -j DROP') + '*filter\n-A NOCHAIN -j DROP\nCOMMIT\n',
    [...table('-A INPUT -j DROP'), '7: chain NOCHAIN is not declared in table filter'],
  ],
  [
    'a jump to a chain that is declared below it',
    filter('-A INPUT -j LATER', ':LATER - [0:0]'),
    [`4: chain LATER is declared below it, in line 5: ${ENDS}`, 'not told: filter'],
  ],
  [
    'the end before COMMIT',
    '*filter\n-A INPUT -j DROP\n',
    [`2: the file ends before COMMIT: it was cut, rules may be missing; ${ENDS}`, 'not told: raw, mangle, nat, filter, security'],
  ],
  [
    'a refused line in what iptables-save printed',
    '# Generated by iptables-save v1.8.9\n' + filter('-A INPUT -m conntrack --ctstate BAD -j DROP') + '# Completed on x\n',
    table('-A INPUT -m conntrack --ctstate BAD -j DROP'),
  ],
  [
    'a refused line in a table that has counted',
    '*filter\n:INPUT ACCEPT [5:300]\n-A NOCHAIN -j DROP\nCOMMIT\n',
    ['*filter', ':INPUT ACCEPT', ':NOCHAIN -', '-A NOCHAIN -j DROP', '3: chain NOCHAIN is not declared in table filter'],
  ],
  [
    '*filter again, which replaces it',
    filter('-A INPUT -j DROP') + '*filter\n-A INPUT -p udp -j DROP\nCOMMIT\n',
    ['*filter', ':INPUT ACCEPT', '-A INPUT -p udp -j DROP'],
  ],
  [
    '*filter again: legacy keeps a policy, nft does not',
    '*filter\n:INPUT DROP [0:0]\n:OUTPUT DROP [0:0]\nCOMMIT\n*filter\n-A INPUT -p udp -j DROP\nCOMMIT\n',
    ['*filter', ':INPUT ?', '-A INPUT -p udp -j DROP', ':OUTPUT ?'],
  ],
];

test.each(CASES)('%s', (_, text, listing) => {
  expect(listed(text)).toEqual(listing);
});

import { expect, test } from 'vitest';
import type { Rule, Table, TableName } from '../../../src/model/netfilter.js';
import { conjuncts } from '../../../src/netfilter/predicate/conjuncts.js';
import type { Predicate } from '../../../src/netfilter/predicate/predicate.js';
import type { RuleFacts } from '../../../src/netfilter/facts.js';
import { compileRule } from '../../../src/netfilter/iptables/compile.js';
import { factsIn } from '../../../src/netfilter/iptables/rule-facts.js';
import { canonicalRule } from '../../../src/netfilter/iptables/rule-print.js';
import { parseIptablesSave } from '../../../src/snapshot/parsers/iptables-save.js';

type Family = 4 | 6;

function tableOf(lines: readonly string[], family: Family, name: TableName): Table {
  const text = [`*${name}`, ':FORWARD ACCEPT', ':OURS -', ':DOCKER -', ...lines, 'COMMIT', ''].join('\n');
  return parseIptablesSave(text, 'iptables-save.txt', family).data.ruleset.tables.get(name)!;
}

function rulesOf(lines: readonly string[], family: Family, name: TableName): readonly (readonly [Rule, Table])[] {
  const table = tableOf(lines, family, name);
  return table.chains.get('FORWARD')!.rules.map((rule) => [rule, table]);
}

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : typeof one === 'function' ? 'function' : one));

/** What a predicate asks for, in no order. */
const asked = (predicate: Predicate): readonly string[] => [...new Set(conjuncts(predicate).map(shown))].sort();

/** Facts without what only says how they were found. */
const told = ({ predicate: _predicate, states: _states, ...facts }: RuleFacts): object => facts;

/** The same numbers on every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const COMMENTS = [
  '"until May: -j DROP"',
  '"was -m u32 once"',
  'plain',
  '"a \\"quoted\\" --dport 8080 -g OURS"',
  '""',
  "it's",
  '"-s 1.2.3.4/32 "',
];
const ADDRESSES: Readonly<Record<Family, readonly string[]>> = {
  4: ['10.0.0.1', '10.0.0.1/32', '10.0.0.0/8', '0.0.0.0/0', '10.0.0.1/255.0.255.0', '10.1.2.3/16', '1.2.3.4,5.6.7.8', '::1/128', 'web'],
  6: ['fd00::1', 'fd00::1/128', 'fd00::/8', '::/0', 'fd00::1/ffff::ffff', '10.0.0.1'],
};
const PORTS = ['80', '80:90', '1024:', ':1023', 'http', '080', '0x50', '65536', '90:80', ':'];
const STATES = ['NEW', 'RELATED,ESTABLISHED', 'established', 'DNAT', 'BOGUS', 'INVALID,UNTRACKED'];
const TARGETS: Readonly<Record<'filter' | 'nat' | 'mangle' | 'all', readonly string[]>> = {
  all: [
    'ACCEPT',
    'DROP',
    'RETURN',
    'OURS',
    'DOCKER',
    'LOG',
    'LOG --log-prefix "-j DROP "',
    'LOG --log-prefix x',
    'NFQUEUE --queue-num 1',
    'NOSUCH',
    'ACCEPT --bogus 1',
  ],
  filter: [
    'REJECT',
    'REJECT --reject-with icmp-port-unreachable',
    'REJECT --reject-with tcp-reset',
    'REJECT --reject-with "tcp-reset"',
    'SYNPROXY --mss 1460',
  ],
  nat: [
    ...['DNAT --to-destination 10.0.0.2:80', 'DNAT --to-destination 10.0.0.2-10.0.0.9', 'DNAT --to-destination :80-90/100'],
    ...['DNAT --to-destination bad', 'DNAT', 'DNAT --to-destination [fd00::2]:80', 'SNAT --to-source 1.2.3.4', 'MASQUERADE'],
    ...['MASQUERADE --to-ports 1-9 --random', 'REDIRECT --to-ports 80', 'NETMAP --to 10.9.0.0/16'],
  ],
  mangle: [
    ...[
      'MARK --set-xmark 0x1/0xff',
      'TPROXY --on-port 80 --on-ip 127.0.0.1 --tproxy-mark 0x1/0x1',
      'CONNMARK --save-mark',
      'CONNSECMARK --save',
    ],
    ...['CT --notrack', 'CT --zone 3', 'NOTRACK'],
  ],
};
/** Mostly those that the table takes. */
const targetsOf = (name: 'filter' | 'nat' | 'mangle'): readonly string[] => [
  ...Array.from({ length: 8 }, () => [...TARGETS.all, ...TARGETS[name]]).flat(),
  ...Object.values(TARGETS).flat(),
];
const MATCHES: readonly string[] = [
  ...[
    '-m multiport --dports 22,8000:9000',
    '-m u32 --u32 "0x0=0x0"',
    '-m socket --transparent',
    '-m mark --mark 0x1/0x1',
    '-m addrtype --dst-type LOCAL',
  ],
  ...[
    '-m limit --limit 5/min',
    '-m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr',
    '-m set --match-set s src',
    '-m icmp --icmp-type 8',
  ],
  ...[
    '-m conntrack --ctorigdstport 80',
    '-m conntrack ! --ctstate NEW',
    '-m physdev --physdev-in veth0',
    '-m mac --mac-source 02:00:00:00:00:01',
    '-m nosuch --dport 1',
  ],
  ...['-m string --string "-m u32" --algo bm', '-m helper --helper ftp', '-m statistic --mode random --probability 0.5'],
];

function randomRule(random: () => number, family: Family, targets: readonly string[]): string {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const maybe = (chance: number, words: () => string): readonly string[] => (random() < chance ? [words()] : []);
  const option = (names: readonly string[], value: string): string => {
    const name = pick(names);
    const bang = random() < 0.15 ? '! ' : '';
    if (name.startsWith('--') && random() < 0.3) return `${bang}${name}=${value}`;
    return random() < 0.05 ? `${name} ! ${value}` : `${bang}${name} ${value}`;
  };
  const usual = <T>(first: T, ...others: T[]): readonly T[] => [first, first, first, first, first, first, ...others];
  const comment = (): string => `-m comment --comment ${pick(COMMENTS)}`;
  const module = pick(usual('tcp', 'udp'));
  const ports = [
    ...maybe(0.3, () => option(usual('--sport', '--source-port'), pick(usual('53', ...PORTS)))),
    ...maybe(0.6, () => option(usual('--dport', '--destination-port'), pick(usual('80', ...PORTS)))),
  ];
  const words = [
    ...maybe(0.2, comment),
    ...maybe(0.4, () => option(usual('-s', '--source', '--src'), pick(ADDRESSES[family]))),
    ...maybe(0.3, () => option(usual('-d', '--destination'), pick(ADDRESSES[family]))),
    ...maybe(0.2, () => option(usual('-i', '--in-interface'), pick(['eth0', 'eth+', '+', 'far-too-long-a-name0', '-j']))),
    ...maybe(0.2, () => option(usual('-o', '--out-interface'), pick(['docker0', 'br+']))),
    ...maybe(0.7, () => option(usual('-p', '--protocol', '--proto'), pick(usual(module, 'all', '17', 'icmp', 'nosuch', 'TCP')))),
    ...maybe(0.15, comment),
    ...(random() < 0.5 ? [...maybe(0.9, () => `-m ${module}`), ...ports] : []),
    ...maybe(0.3, () => option(usual('-m conntrack --ctstate', '-m state --state'), pick(STATES))),
    ...maybe(0.15, () => pick(MATCHES)),
    ...maybe(0.15, comment),
    ...maybe(0.95, () => `${pick(usual('-j', '--jump', '-g', '--goto'))}${random() < 0.05 ? '  ' : ' '}${pick(targets)}`),
    ...maybe(0.05, comment),
  ];
  return ['-A FORWARD', ...words].join(random() < 0.03 ? '\t' : ' ');
}

const RULES = 1500;

test.each([
  [4, 'filter', 11],
  [4, 'nat', 12],
  [6, 'filter', 13],
  [6, 'mangle', 14],
] as const)('IPv%s %s: random rules are told alike by their line, compiled, and printed anew', (family, name, seed) => {
  const random = numbers(seed);
  const targets = targetsOf(name);
  const lines = Array.from({ length: RULES }, () => randomRule(random, family, targets));
  let plain = 0;
  for (const [rule, table] of rulesOf(lines, family, name)) {
    const facts = factsIn(table, family).of(rule);
    const { predicate, action } = compileRule(rule, table, family);
    const canonical = canonicalRule(rule.chain, rule.spec);
    const [again] = rulesOf([canonical], family, name)[0]!;
    const anew = factsIn(table, family).of(again);
    if (facts.predicate === undefined) plain++;
    expect([rule.text, shown(facts.action)]).toEqual([rule.text, shown(action)]);
    expect([rule.text, asked(factsIn(table, family).predicate(rule))]).toEqual([rule.text, asked(predicate)]);
    if (rule.gap !== undefined || rule.spec.errors.length > 0) continue;
    expect([rule.text, shown(told(facts))]).toEqual([rule.text, shown(told(anew))]);
    expect([rule.text, asked(factsIn(table, family).predicate(again))]).toEqual([rule.text, asked(predicate)]);
  }
  expect(plain).toBeGreaterThan(RULES / 25);
});

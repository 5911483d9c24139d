import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reconcile } from '../../../src/netfilter/nftables/reconcile.js';
import { fromJson, fromText, rulesOf, told } from './models.js';

/** Listings of one rule set, in text and JSON: by nft 1.0.6 of this table of all statements, and by nft 1.1.7 on hosts with Docker. */
const PAIRS = [
  'fixtures/nft/every-statement',
  'fixtures/nft/sets-and-objects',
  'fixtures/nft-hosts/nft-docker29/host/nft-ruleset',
  'fixtures/nft-hosts/nft-docker29/netns/shop/nft-ruleset',
  'fixtures/nft-hosts/nft-hostfw/host/nft-ruleset',
];

/** A flag that this version's JSON prints as another table's name: told, and read from the text. */
const DORMANT = /cannot be told from an owned one/;

describe.each(PAIRS)('%s', (path) => {
  const text = fromText(readFileSync(`${path}.txt`, 'utf8'));
  const json = fromJson(readFileSync(`${path}.json`, 'utf8'));
  const tables = text.ruleset.tables.map(
    (table) => [table, json.ruleset.tables.find((twin) => twin.family === table.family && twin.name === table.name)!] as const,
  );

  it('is read whole', () => {
    expect(text.problems).toEqual([]);
    expect(json.problems.filter((problem) => !DORMANT.test(problem))).toEqual([]);
  });

  it('text and JSON are one model, and print alike', () => {
    for (const [table, twin] of tables) {
      const xt = new Set(
        [...twin.chains.values()].flatMap((chain) => chain.rules.flatMap((rule, i) => (rule.xt ? [`${chain.name} ${i}`] : []))),
      );
      const shown = (one: typeof table): unknown =>
        [...one.chains.values()].map((chain) => [
          chain.name,
          chain.rules.map((rule, i) => (xt.has(`${chain.name} ${i}`) ? 'xt' : [rule.text, told(rule.statements)])),
        ]);
      expect(shown(twin)).toEqual(shown(table));
      expect(told(twin.sets)).toEqual(told(table.sets));
      expect(told(twin.objects)).toEqual(told(table.objects));
    }
  });

  it('nothing contradicts', () => {
    expect(reconcile(text.ruleset, json.ruleset).contradictions).toEqual([]);
  });
});

describe('reconciled', () => {
  const path = 'fixtures/nft-hosts/nft-hostfw/host/nft-ruleset';
  const [text, json] = [fromText(readFileSync(`${path}.txt`, 'utf8')), fromJson(readFileSync(`${path}.json`, 'utf8'))];

  it('rules have the handle of JSON, and the line and words of the text', () => {
    const { ruleset } = reconcile(text.ruleset, json.ruleset);
    const forward = ruleset.tables.find((table) => table.name === 'fw')?.chains.get('forward');
    expect(forward?.rules.map(({ handle, text: line, origin }) => [handle, line, origin.file])).toEqual([
      [22, 'ct state established accept', 'text'],
      [23, 'iifname "up0" ct original proto-dst 8011 ip saddr 198.51.100.0/24 accept', 'text'],
      [24, 'iifname "br-app" ip daddr 203.0.113.8 udp dport 53 drop', 'text'],
    ]);
  });

  it('what iptables wrote is marked: the text translates it', () => {
    const { ruleset } = reconcile(text.ruleset, json.ruleset);
    const nat = ruleset.tables.find((table) => table.family === 'ip' && table.name === 'nat')?.chains.get('PREROUTING');
    expect(nat?.rules.map(({ xt, text: line }) => [xt, line])).toEqual([
      [true, 'fib daddr type local counter packets 0 bytes 0 jump DOCKER'],
    ]);
  });

  it('a rule that one of the two has otherwise is told', () => {
    const changed = fromText(
      readFileSync(`${path}.txt`, 'utf8').replace('udp dport 53 drop\n\t}\n\n\tchain apps', 'udp dport 54 drop\n\t}\n\n\tchain apps'),
    );
    expect(reconcile(changed.ruleset, json.ruleset).contradictions.map(({ text: line, message }) => [line, message])).toEqual([
      ['udp dport 54 drop', 'the same rule is “udp dport 53 drop” in json'],
    ]);
  });
});

describe('tables of people and examples', () => {
  const written = (text: string): readonly string[] =>
    fromText(text).ruleset.tables.flatMap((table) => rulesOf(table).map(([chain, rule]) => `${chain}: ${rule}`));

  it('/etc/nftables.conf as distributions have it', () => {
    const text = `#!/usr/sbin/nft -f
flush ruleset
define lan = { 10.0.0.0/8, 192.168.0.0/16 }
define ports = { ssh, 80, https }
define up = "eth0"
table inet filter { # everything
	chain input {
		type filter hook input priority filter; policy drop
		ct state vmap { established : accept, related : accept, invalid : drop }
		iifname $up tcp dport $ports ip saddr { $lan, 172.16.0.0/12 } accept; iif lo accept
		ip protocol icmp limit rate 5/second accept
	}
}
add rule inet filter input udp dport 53 counter accept comment "dns"
insert rule inet filter input meta mark 0x1 drop
add table ip nat
add chain ip nat post { type nat hook postrouting priority srcnat; }
add rule nat post oifname $up masquerade
add set inet filter bad { type ipv4_addr; flags interval; }
add element inet filter bad { 198.51.100.0/24, 203.0.113.5 }
`;
    expect(fromText(text).problems).toEqual([]);
    expect(written(text)).toEqual([
      'input: meta mark 0x00000001 drop',
      'input: ct state vmap { established : accept, related : accept, invalid : drop }',
      'input: iifname "eth0" tcp dport { 22, 80, 443 } ip saddr { 10.0.0.0/8, 192.168.0.0/16, 172.16.0.0/12 } accept',
      'input: iif "lo" accept',
      'input: ip protocol icmp limit rate 5/second burst 5 packets accept',
      'input: udp dport 53 counter packets 0 bytes 0 accept comment "dns"',
      'post: oifname "eth0" masquerade',
    ]);
    const set = fromText(text).ruleset.tables[0]?.sets.get('bad');
    expect(set?.elements).toMatchObject({
      kind: 'list',
      of: [
        { key: { kind: 'prefix', length: 24 }, line: 20 },
        { key: { kind: 'address' }, line: 20 },
      ],
    });
  });

  it.each([
    ['include "/etc/nftables.d/*.nft"\n', '1: this file is not read'],
    ['table ip t {\n\tchain c {\n\t\ttcp dport $p accept\n\t}\n}\n', '3: unknown identifier “p”'],
    ['add rule ip t c accept\n', '1: no table ip t before this line'],
    ['table ip t {\n\tchain c {\n\t\taccept\n', '4: the file ends inside this block'],
    ['flush ruleset\ntable ip t {\n\tchain c {\n\t\tjump d\n\t}\n}\n', '4: there is no chain “d” in table ip t'],
    ['flush ruleset\ntable ip t {\n\tchain c {\n\t\tip saddr @s drop\n\t}\n}\n', '4: there is no set or map “s” in table ip t'],
    ['flush ruleset\ntable inet t {\n\tchain c {\n\t\ttcp dport 22 udp dport 53 drop\n\t}\n}\n', '4: conflicting protocols: tcp and udp'],
    [
      'flush ruleset\ntable ip6 t {\n\tchain c {\n\t\tip saddr 1.1.1.1 drop\n\t}\n}\n',
      '4: conflicting protocols: a table of family ip6 sees no ip',
    ],
    ['table ip t {\n\tset s {\n\t\ttype ipv4_adr\n\t}\n}\n', '3: unknown datatype “ipv4_adr”'],
  ])('%j is told', (text, message) => expect(fromText(text).problems[0]?.slice(0, message.length)).toBe(message));

  it('many plain elements are kept in columns, ascending', () => {
    const addresses = Array.from({ length: 200 }, (_, i) => `10.0.${199 - i}.0/24`);
    const { ruleset } = fromText(
      `table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\telements = { ${addresses.join(',\n\t\t\t     ')} }\n\t}\n}\n`,
    );
    const elements = ruleset.tables[0]?.sets.get('s')?.elements;
    if (elements?.kind !== 'intervals') throw new Error('not in columns');
    expect([elements.lo[0], elements.hi[0], elements.lo.length, elements.lines[199]]).toEqual([0x0a000000, 0x0a0000ff, 200, 5]);
  });

  it('an extension that an old nft shows as a comment is not passed over', () => {
    const { ruleset } = fromText(
      'table ip filter {\n\tchain INPUT {\n\t\ttcp dport 22 # recent: CHECK\n\t\ttcp dport 23 # match recent \n\t}\n}\n',
    );
    expect(ruleset.tables[0]?.chains.get('INPUT')?.rules.map((rule) => rule.xt)).toEqual([false, true]);
  });
});

it('the pairs are there', () => {
  expect(PAIRS.map((path) => existsSync(`${path}.txt`) && existsSync(`${path}.json`))).toEqual(PAIRS.map(() => true));
});

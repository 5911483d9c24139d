import { describe, expect, it } from 'vitest';
import { editNft } from '../../../src/netfilter/nftables/edit.js';
import { printSetElements } from '../../../src/netfilter/nftables/print/declaration.js';
import { readNftText } from '../../../src/netfilter/nftables/read-text.js';
import type { NftRuleset } from '../../../src/model/nftables/ruleset.js';

const LOADED = `table inet t { # handle 1
	set s { # handle 5
		type ipv4_addr
		flags interval
		elements = { 10.0.0.0/8 }
	}

	map m { # handle 7
		type ipv4_addr : verdict
		elements = { 1.1.1.1 : drop }
	}

	chain a { # handle 1
		type filter hook forward priority filter - 1; policy accept;
		jump b # handle 3
	}

	chain b { # handle 2
		ip saddr @s drop # handle 4
		accept # handle 6
	}
}
`;

const loaded = readNftText(LOADED, { file: 'host/nft-ruleset.txt', whole: true, complain: () => undefined });
const edit = (...commands: readonly string[]): NftRuleset =>
  commands.reduce((sofar, text, i) => editNft(sofar, text, { file: '--what-if', line: i + 1 }), loaded);

/** Chains with their rules, sets with their elements. */
function told({ tables }: NftRuleset): readonly string[] {
  return tables.flatMap((table) => [
    ...[...table.sets.values()].map((set) => `${table.name} ${set.name}: ${printSetElements(set).join(', ')}`),
    ...[...table.chains.values()].map(
      ({ name, base, rules }) =>
        `${table.name} ${name}${base === undefined ? '' : ` ${base.hook} ${base.priority} ${base.policy}`}: ${rules.map(({ text }) => text).join(' | ')}`,
    ),
  ]);
}

const SETS = ['t s: 10.0.0.0/8', 't m: 1.1.1.1 : drop'];
const A = 't a forward -1 accept: jump b';
const B = 't b: ip saddr @s drop | accept';

describe('a command of nft', () => {
  it.each<readonly [commands: readonly string[], after: readonly string[]]>([
    [['add rule inet t b tcp dport 80 drop'], [...SETS, A, 't b: ip saddr @s drop | accept | tcp dport 80 drop']],
    [['insert rule inet t b tcp dport 80 drop'], [...SETS, A, 't b: tcp dport 80 drop | ip saddr @s drop | accept']],
    [['insert rule inet t b handle 6 log'], [...SETS, A, 't b: ip saddr @s drop | log | accept']],
    [['add rule inet t b index 0 counter'], [...SETS, A, 't b: ip saddr @s drop | counter packets 0 bytes 0 | accept']],
    [['replace rule inet t b handle 6 drop'], [...SETS, A, 't b: ip saddr @s drop | drop']],
    [['delete rule inet t b handle 4'], [...SETS, A, 't b: accept']],
    [['flush chain inet t b'], [...SETS, A, 't b: ']],
    [['flush table inet t'], [...SETS, 't a forward -1 accept: ', 't b: ']],
    [['add element inet t s { 192.0.2.0/24, 198.51.100.7 }'], ['t s: 10.0.0.0/8, 192.0.2.0/24, 198.51.100.7', SETS[1]!, A, B]],
    [['add element inet t s { 10.0.0.0/8 }'], [...SETS, A, B]],
    [['delete element inet t s { 10.0.0.0/8 }'], ['t s: ', SETS[1]!, A, B]],
    [['flush set inet t s'], ['t s: ', SETS[1]!, A, B]],
    [['add element inet t m { 2.2.2.2 : goto b }'], [SETS[0]!, 't m: 1.1.1.1 : drop, 2.2.2.2 : goto b', A, B]],
    [
      ['flush chain inet t a', 'rename chain inet t b c'],
      [...SETS, 't a forward -1 accept: ', 't c: ip saddr @s drop | accept'],
    ],
    [
      ['flush chain inet t a', 'delete chain inet t b', 'delete set inet t s'],
      [SETS[1]!, 't a forward -1 accept: '],
    ],
    [['flush ruleset'], []],
    [['flush ruleset ip'], [...SETS, A, B]],
    [['destroy table ip none'], [...SETS, A, B]],
    [
      ['add table ip own', 'add chain ip own f { type filter hook forward priority filter - 1; policy drop; }', 'add rule ip own f accept'],
      [...SETS, A, B, 'own f forward -1 drop: accept'],
    ],
    [['add table ip own; add chain ip own f; add rule ip own f drop'], [...SETS, A, B, 'own f: drop']],
  ])('%j does what the kernel does', (commands, after) => {
    expect(told(edit(...commands))).toEqual(after);
    expect(told(loaded)).toEqual([...SETS, A, B]);
  });

  it.each([
    ['delete chain inet t b', 'Device or resource busy'],
    ['delete chain inet t zz', 'No such file or directory'],
    ['destroy chain inet t b', 'Device or resource busy'],
    ['create chain inet t b', 'File exists'],
    ['create table inet t', 'File exists'],
    ['add chain inet t a { type filter hook input priority -1; }', 'Operation not supported'],
    ['add chain inet t a { type filter hook forward priority 5; }', 'Operation not supported'],
    ['delete table inet zz', 'No such file or directory'],
    ['flush chain inet t zz', 'no chain “zz”'],
    ['flush table inet zz', 'No such file or directory'],
    ['flush set inet t zz', 'No such file or directory'],
    ['add element inet t s { 10.1.0.0/16 }', 'interval overlaps with an existing one'],
    ['create element inet t s { 10.0.0.0/8 }', 'File exists'],
    ['delete element inet t s { 10.1.0.0/16 }', 'element does not exist'],
    ['delete set inet t s', 'Device or resource busy'],
    ['delete rule inet t b handle 99', 'No such file or directory'],
    ['insert rule inet t b index 7 accept', 'no rule with index 7'],
    ['add element inet t m { 1.1.1.1 : accept }', 'File exists'],
    ['add rule inet t a jump a', 'Operation not supported'],
    ['add rule inet t b jump b', 'Too many links'],
    ['add rule inet t a dnat ip to 1.2.3.4', 'not of type nat'],
    ['add rule inet t b jump zz', 'there is no chain “zz”'],
    ['add rule inet t b ip saddr @zz drop', 'there is no set or map “zz”'],
    ['add rule inet t b accept drop', 'behind a verdict'],
    ['add rule inet t b tcp dport', 'expected'],
    ['add rule ip t b accept', 'no table ip t'],
    ['list ruleset', 'it begins with add'],
    ['include "/etc/passwd"', 'it begins with add'],
    ['add rule inet t b accept }', 'it begins with add'],
  ])('%s is refused', (command, why) => {
    expect(() => edit(command)).toThrow(why);
  });
});

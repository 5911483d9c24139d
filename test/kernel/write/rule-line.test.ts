import { describe, expect, it } from 'vitest';
import { chainLine, ruleLine } from '../../../src/kernel/write/rule-line.js';
import { parseRule } from '../../../src/netfilter/iptables/rule-text.js';

const isChain = (name: string): boolean => name === 'DOCKER-USER';
const written = (text: string): unknown => {
  const { chain, spec } = parseRule(text, { family: 4, isChain });
  return ruleLine(chain, spec);
};

describe('ruleLine', () => {
  it.each([
    [
      '-A INPUT -s 10.0.0.0/8 ! -i eth+ -p tcp -m tcp --dport 80 -j DOCKER-USER',
      '-A INPUT -s 10.0.0.0/8 ! -i eth+ -p tcp -m tcp --dport 80 -j DOCKER-USER',
    ],
    ['-A INPUT -p tcp --dport=80 -c 1 2 -g DOCKER-USER', '-A INPUT -p tcp -m tcp --dport 80 -g DOCKER-USER'],
    [
      '-A INPUT -m comment --comment "a \\"b\\" $(id) \\\\ c" -j ACCEPT',
      '-A INPUT -m comment --comment "a \\"b\\" $(id) \\\\ c" -j ACCEPT',
    ],
    ['-A INPUT -m comment --comment --modprobe=x -j ACCEPT', '-A INPUT -m comment --comment --modprobe=x -j ACCEPT'],
    ['-A INPUT -j LOG --log-prefix "- in: "', '-A INPUT -j LOG --log-prefix "- in: "'],
    // the program that iptables would run for a module is never written
    ['-A INPUT --modprobe=/tmp/x -m comment --comment a -j ACCEPT', '-A INPUT -m comment --comment a -j ACCEPT'],
    ['-A INPUT -M /tmp/x -j ACCEPT', '-A INPUT -j ACCEPT'],
    ['-A INPUT -m comment --comment a -M /tmp/x', '-A INPUT -m comment --comment a'],
  ])('%s', (text, line) => {
    expect(written(text)).toEqual({ line });
  });

  it.each([
    ['-A INPUT -t nat -j ACCEPT', 'it is not understood (-t, which does not stand in a rule; unexpected "nat")'],
    ['-A INPUT -m ../x -j ACCEPT', 'it is not understood (unknown match ../x)'],
    ['-A INPUT -j --modprobe=x', 'it is not understood (unknown target --modprobe=x)'],
    ['-A INPUT -g --modprobe=x', 'it is not understood (unknown target --modprobe=x)'],
    ['-A INPUT -s --modprobe=/tmp/x -j ACCEPT', 'the value of -s begins with -, as an option does'],
    ['-A INPUT -m limit --limit -M -j ACCEPT', 'the value of --limit begins with -, as an option does'],
    ['-A INPUT -m comment --comment "a\u0007" -j ACCEPT', 'a word of it holds a control character'],
    ['-A INPUT -m comment --comment "a\u2028" -j ACCEPT', 'a word of it holds a control character'],
    [`-A INPUT -m comment --comment ${'x'.repeat(1001)} -j ACCEPT`, 'a word of it is longer than 1000 characters'],
    ['-A -M -j ACCEPT', 'a chain cannot be called this: the name begins with -; what bears it is not read'],
  ])('does not write %s', (text, fault) => {
    expect(written(text)).toEqual({ fault });
  });
});

it('chainLine writes only what can be a chain', () => {
  expect([chainLine('INPUT', 'DROP'), chainLine('U', undefined)]).toEqual([{ line: ':INPUT DROP [0:0]' }, { line: ':U - [0:0]' }]);
  expect(['', 'a b', '-x', 'a\nb', 'x'.repeat(29)].filter((name) => 'line' in chainLine(name, undefined))).toEqual([]);
});

import { expect, it } from 'vitest';
import { parseRule } from '../../../src/netfilter/iptables/rule-text.js';
import { ruleWords, saveLine } from '../../../src/netfilter/iptables/rule-words.js';

const words = (text: string): readonly string[] | undefined =>
  ruleWords(parseRule(text, { family: 4, isChain: (name) => name === 'MINE' }));

it.each<readonly [line: string, words: readonly string[] | undefined]>([
  ['-A X -s 10.0.0.0/8 ! -i eth0 -j DROP', ['-s', '10.0.0.0/8', '!', '-i', 'eth0', '-j', 'DROP']],
  ['-A X -m comment --comment "a $(id) \\"b\\"" -j MINE', ['-m', 'comment', '--comment', 'a $(id) "b"', '-j', 'MINE']],
  ['-A X -m comment --comment "-x" -g MINE', ['-m', 'comment', '--comment', '-x', '-g', 'MINE']],
  ['-A X -i "--modprobe=/tmp/x" -j DROP', ['-i', '--modprobe=/tmp/x', '-j', 'DROP']],
  ['-A X -p tcp -m tcp --dport=80', ['-p', 'tcp', '-m', 'tcp', '--dport', '80']],
  // what is not wholly understood may say something to iptables itself: --modprobe runs a program
  ['-A X -j DROP --modprobe=/tmp/x', ['-j', 'DROP']],
  ['-A X -j DROP -M /tmp/x', ['-j', 'DROP']],
  ['-A X -m nosuch --modprobe /tmp/x -j DROP', undefined],
  ['-A X -m set --match-set a "--modprobe=/tmp/x" -j DROP', undefined],
  ['-A X -m rateest --rateest-bps "--modprobe=/tmp/x" -j DROP', undefined],
  ['-A X -m comment --comment "open', undefined],
])('%s', (line, expected) => {
  expect(words(line)).toEqual(expected);
});

it('writes words that are read back', () => {
  const given = ['-m', 'comment', '--comment', 'a "b" \\ c\'', '-i', 'e$(x)', '-j', 'DROP'];
  expect(words(`-A X ${saveLine(given)}`)).toEqual(given);
});

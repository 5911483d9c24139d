import { expect, test } from 'vitest';
import { parsePrefix } from '../../../src/address/ip.js';
import { parseRuleHead } from '../../../src/netfilter/iptables/rule-head.js';

const is = <T>(value: T) => ({ value, negated: false });
const not = <T>(value: T) => ({ value, negated: true });

const CASES: readonly (readonly [line: string, head: object])[] = [
  ['-A INPUT', {}],
  ['-A INPUT -j DROP', {}],
  [
    '-A FORWARD -s 10.0.0.0/8 ! -d 1.2.3.4/32 -i eth+ ! -o docker0 -p tcp -j DROP',
    { src: is(parsePrefix('10.0.0.0/8')), dst: not(parsePrefix('1.2.3.4/32')), in: is('eth+'), out: not('docker0'), proto: is(6) },
  ],
  ['-A FORWARD -p udp -m udp ! --sport 53 --dport 1024: -j DROP', { proto: is(17), sport: not([53, 53]), dport: is([1024, 65535]) }],
  ['-A FORWARD -s fd00::/8 -p ipv6-icmp -j DROP', { src: is(parsePrefix('fd00::/8')), proto: is(58) }],
  ['-A FORWARD -p tcp -m multiport --dports 1,2 -j DROP', { proto: is(6) }],
  ['-A FORWARD ! -p tcp -m tcp --dport 80 -j DROP', { proto: not(6) }],
  ['-A FORWARD -p tcp -m udp --dport 80 -j DROP', { proto: is(6) }],
  ['-A FORWARD -m comment --comment "-s 1.2.3.4" -s 10.0.0.0/8 -j DROP', { src: is(parsePrefix('10.0.0.0/8')) }],
  ['-A FORWARD -m comment --comment "-s 1.2.3.4 -i lo -j DROP', {}],
  ['-A FORWARD -i lo\t-s 10.0.0.0/8 -j DROP', {}],
  ['-A FORWARD -p tcp -m state --state NEW -m tcp --dport 80 -j DROP', { proto: is(6), dport: is([80, 80]) }],
  ['-A FORWARD -p tcp -m tcp --dport 080 -j DROP', { proto: is(6) }],
  ['-A FORWARD -s ! 10.0.0.0/8 -j DROP', {}],
  ['-A FORWARD -s host.example -j DROP', {}],
  ['-A FORWARD -p tcp -m tcp --dport http -j DROP', { proto: is(6) }],
  ['-A FORWARD -p all -i lo -j DROP', {}],
];

test.each(CASES)('%s', (line, head) => expect(parseRuleHead(line)).toEqual(head));

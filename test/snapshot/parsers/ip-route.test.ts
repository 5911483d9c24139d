import { describe, expect, test } from 'vitest';
import { parseIp, parsePrefix } from '../../../src/address/ip.js';
import { parseIpRoute } from '../../../src/snapshot/parsers/ip-route.js';
import { parseIpRule } from '../../../src/snapshot/parsers/ip-rule.js';

const ip = (text: string) => parseIp(text);
const base = { type: 'unicast', table: 254, metric: 0, scope: 'global', protocol: 'boot', tos: 0, origin: { file: 'f', line: 1 } };
const hop = (dev: string | undefined, via?: string, flags: string[] = [], weight = 1) => ({
  ...(via === undefined ? {} : { via: ip(via) }),
  ...(dev === undefined ? {} : { dev }),
  weight,
  flags,
});

const ROUTES: readonly (readonly [line: string, route: object])[] = [
  ['default via 192.168.64.1 dev eth0', { ...base, family: 4, dst: parsePrefix('0.0.0.0/0'), nexthops: [hop('eth0', '192.168.64.1')] }],
  [
    '172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1 linkdown',
    {
      ...base,
      family: 4,
      dst: parsePrefix('172.17.0.0/16'),
      protocol: 'kernel',
      scope: 'link',
      prefsrc: ip('172.17.0.1'),
      nexthops: [hop('docker0', undefined, ['linkdown'])],
    },
  ],
  ['blackhole 10.0.0.0/8 metric 5', { ...base, family: 4, type: 'blackhole', dst: parsePrefix('10.0.0.0/8'), metric: 5, nexthops: [] }],
  [
    'unreachable default dev lo table unspec proto kernel metric 4294967295 error -101 pref medium',
    {
      ...base,
      family: 6,
      type: 'unreachable',
      dst: parsePrefix('::/0'),
      table: 0,
      protocol: 'kernel',
      metric: 4294967295,
      nexthops: [hop('lo')],
    },
  ],
  [
    'local 10.0.0.1 dev eth0 proto kernel scope host src 10.0.0.1',
    {
      ...base,
      family: 4,
      type: 'local',
      table: 255,
      dst: parsePrefix('10.0.0.1/32'),
      protocol: 'kernel',
      scope: 'host',
      prefsrc: ip('10.0.0.1'),
      nexthops: [hop('eth0')],
    },
  ],
  [
    'default proto static metric 20 nexthop via 10.0.0.1 dev a weight 1 nexthop via 10.0.0.2 dev b weight 3 dead linkdown',
    {
      ...base,
      family: 4,
      dst: parsePrefix('0.0.0.0/0'),
      protocol: 'static',
      metric: 20,
      nexthops: [hop('a', '10.0.0.1'), hop('b', '10.0.0.2', ['dead', 'linkdown'], 3)],
    },
  ],
  [
    '10.1.0.0/16 via inet6 fe80::1 dev eth0 mtu lock 1400 table 7',
    { ...base, family: 4, dst: parsePrefix('10.1.0.0/16'), table: 7, mtu: 1400, nexthops: [hop('eth0', 'fe80::1')] },
  ],
  [
    'fd00::/8 from fd01::/16 dev eth0 metric 1024 pref medium',
    { ...base, family: 6, dst: parsePrefix('fd00::/8'), src: parsePrefix('fd01::/16'), metric: 1024, nexthops: [hop('eth0')] },
  ],
];

describe('parseIpRoute, text', () => {
  test.each(ROUTES)('%s', (line, route) => expect(parseIpRoute(line, 'f', 4)).toEqual({ data: [{ ...route, text: line }], problems: [] }));

  const WRONG: readonly (readonly [line: string, message: string])[] = [
    ['RTNETLINK answers: Operation not permitted', 'not a line of ip route'],
    ['nexthop via 10.0.0.1 dev eth0', 'a next hop without its route'],
    ['10.0.0.0/8 dev eth0 sideways', 'unknown word in a route: sideways'],
    ['10.0.0.0/8 via nowhere dev eth0', '"via nowhere" is no address'],
  ];
  test.each(WRONG)('%s', (line, message) => {
    expect(parseIpRoute(line, 'f', 4).problems).toEqual([{ origin: { file: 'f', line: 1 }, text: line, message }]);
  });
});

test('parseIpRoute, JSON: the family of a default route, wrong values, unknown members', () => {
  const text = `[
    {"dst":"default","dev":"tun0","flags":[],"pref":"medium","metric":1024},
    {"dst":"default","gateway":"10.0.0.1","dev":"eth0","flags":["onlink"],"brand-new":{"a":1}},
    {"dst":"nonsense"},
    {"type":"local"},
    {"dst":"10.0.0.0/8","type":"strange"}]`;
  const { data, problems } = parseIpRoute(text, 'f', 4);
  expect(data.map((route) => [route.family, route.text])).toEqual([
    [6, 'default dev tun0 metric 1024'],
    [4, 'default via 10.0.0.1 dev eth0 onlink'],
  ]);
  expect(problems.map((p) => [p.origin.line, p.message])).toEqual([
    [4, 'not a destination'],
    [5, 'a route without "dst"'],
    [6, 'unknown route type strange'],
  ]);
});

const rule = { family: 4, not: false, unknown: [], origin: { file: 'f', line: 1 } };
const RULES: readonly (readonly [line: string, rule: object])[] = [
  ['0:\tfrom all lookup local', { ...rule, priority: 0, action: { kind: 'table', table: 255 } }],
  [
    '100:\tnot from all fwmark 0x1/0xff iif br0 [detached] lookup 100',
    { ...rule, priority: 100, not: true, fwmark: 1, fwmask: 255, iif: 'br0', action: { kind: 'table', table: 100 } },
  ],
  [
    '101:\tfrom 10.0.0.0/8 to 10.9.0.1 lookup main suppress_prefixlength 0 proto static',
    {
      ...rule,
      priority: 101,
      from: parsePrefix('10.0.0.0/8'),
      to: parsePrefix('10.9.0.1'),
      suppressPrefixLength: 0,
      action: { kind: 'table', table: 254 },
    },
  ],
  [
    '102:\tfrom all ipproto tcp sport 5 dport 80-90 goto 200',
    { ...rule, priority: 102, ipproto: 6, sport: [5, 5], dport: [80, 90], action: { kind: 'goto', priority: 200 } },
  ],
  [
    '201:\tfrom all tos 0x10 oif v0 uidrange 0-99 prohibit',
    { ...rule, priority: 201, tos: 16, oif: 'v0', uidrange: [0, 99], action: { kind: 'prohibit' } },
  ],
  [
    '300:\tfrom fd00::/8 lookup vpn',
    { ...rule, family: 6, priority: 300, from: parsePrefix('fd00::/8'), action: { kind: 'table', table: expect.any(Number) } },
  ],
];

describe('parseIpRule, text', () => {
  test.each(RULES)('%s', (line, expected) => {
    const words = line.slice(line.indexOf('\t') + 1);
    expect(parseIpRule(line, 'f', 4)).toEqual({ data: [{ ...expected, text: words }], problems: [] });
  });

  test('what has no meaning here makes the rule undecidable, and is said', () => {
    const { data, problems } = parseIpRule('5: from all suppress_ifgroup 3 sideways lookup main\nnonsense\n6: from all\n', 'f', 4);
    expect(data.map((r) => r.unknown)).toEqual([['sideways']]);
    expect(data.map((r) => r.suppressGroup)).toEqual(['3']);
    expect(problems.map((p) => [p.origin.line, p.message])).toEqual([
      [1, 'not understood in a rule: sideways'],
      [2, 'not a line of ip rule'],
      [3, 'a rule without a table or an action'],
    ]);
  });
});

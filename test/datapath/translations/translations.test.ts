import { expect, it } from 'vitest';
import { formatIp, parseIp, type Ip } from '../../../src/address/ip.js';
import { createMachine } from '../../../src/datapath/index.js';
import { doorsTo, mappedFrom, portAfter, type Translation } from '../../../src/datapath/translations/translations.js';
import type { Range, RangeSet } from '../../../src/address/ranges.js';
import { loadFiles } from '../../../src/snapshot/load.js';

const SETS = [
  'create vips hash:ip family inet hashsize 1024 maxelem 65536',
  'add vips 10.96.0.1',
  'add vips 10.96.0.9',
  'create doors hash:ip,port family inet hashsize 1024 maxelem 65536',
  'add doors 10.96.0.1,tcp:443',
  'add doors 10.96.0.2,tcp:8443',
  'create v6 hash:ip family inet6 hashsize 1024 maxelem 65536',
  'add v6 fd00::1',
  'create more hash:net family inet hashsize 1024 maxelem 65536',
  'add more 10.97.0.0/24',
  'create both list:set size 8',
  'add both vips',
  'add both more',
  'add both v6',
].join('\n');

function translations(...nat: readonly string[]): readonly Translation[] {
  const own = nat.flatMap((line) => (line.startsWith('-N ') ? [`:${line.slice(3)} - [0:0]`] : []));
  const rules = nat.filter((line) => line.startsWith('-A '));
  const base = ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'].map((chain) => `:${chain} ACCEPT [0:0]`);
  const text = ['*nat', ...base, ...own, ...rules, 'COMMIT', ''].join('\n');
  return createMachine(
    loadFiles(
      new Map([
        ['host/iptables-save.txt', text],
        ['host/ipset-save.txt', SETS],
      ]),
    ),
  ).root.translations;
}

const span = (show: (value: Ip) => string, [lo, hi]: Range): string => (lo === hi ? show(lo) : `${show(lo)}-${show(hi)}`);

function asked(set: RangeSet | undefined, spared: RangeSet, show: (value: Ip) => string): string {
  if (set !== undefined) return set.map((range) => span(show, range)).join(',');
  return spared.length === 0 ? '*' : `!${spared.map((range) => span(show, range)).join(',')}`;
}

/** `PREROUTING tcp 10.0.0.1 80 -> 172.17.0.2 8080`. */
function shown({ hook, protos, at, sparedAt, ports, sparedPorts, to, toPorts }: Translation): string {
  const target = to.kind === 'range' ? span(formatIp, [to.lo, to.hi]) : to.kind;
  const given = toPorts === undefined ? '' : ` ${toPorts.lo}-${toPorts.hi}`;
  return `${hook} ${protos.join('+')} ${asked(at, sparedAt, formatIp)} ${asked(ports, sparedPorts, String)} -> ${target}${given}`;
}

it.each<readonly [rules: readonly string[], found: readonly string[]]>([
  [['-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 172.17.0.2:8080'], ['PREROUTING tcp * 80 -> 172.17.0.2 8080-8080']],
  [['-A PREROUTING ! -d 10.0.0.1 ! -p udp -j DNAT --to-destination 172.17.0.2'], ['PREROUTING tcp !10.0.0.1 * -> 172.17.0.2']],
  [['-A PREROUTING -p tcp ! --dport 80 -j REDIRECT --to-ports 3128'], ['PREROUTING tcp * !80 -> self 3128-3128']],
  [['-A PREROUTING -p icmp -j DNAT --to-destination 172.17.0.2'], []],
  [['-A POSTROUTING -p tcp -j SNAT --to-source 10.0.0.1'], []],
  [
    ['-A PREROUTING -p tcp -m multiport --dports 80,443 -j DNAT --to-destination 172.17.0.2-172.17.0.4'],
    ['PREROUTING tcp * 80,443 -> 172.17.0.2-172.17.0.4'],
  ],
  // a chain takes what those take that jump to it, and nothing where nobody does
  [
    [
      '-N SVC',
      '-N SEP',
      '-N LOST',
      '-A PREROUTING -d 10.96.0.10/32 -p tcp --dport 80 -j SVC',
      '-A PREROUTING -p tcp --dport 30080 -j SVC',
      '-A SVC -j SEP',
      '-A SEP -p tcp -j DNAT --to-destination 172.17.0.2:8080',
      '-A LOST -p tcp --dport 9 -j DNAT --to-destination 172.17.0.2',
    ],
    ['PREROUTING tcp * 30080 -> 172.17.0.2 8080-8080', 'PREROUTING tcp 10.96.0.10 80 -> 172.17.0.2 8080-8080'],
  ],
  [
    ['-N D', '-A PREROUTING -p tcp --dport 1:100 -j D', '-A D -p tcp --dport 80:200 -j REDIRECT', '-A D -p tcp --dport 300 -j REDIRECT'],
    ['PREROUTING tcp * 80-100 -> self'],
  ],
  // what only the namespace's own connections meet, unless others meet it as well
  [
    ['-N D', '-A OUTPUT -d 10.1.0.0/16 -j D', '-A PREROUTING -d 10.0.0.0/8 -j D', '-A D -p udp -j DNAT --to-destination 172.17.0.2'],
    ['PREROUTING udp 10.0.0.0-10.255.255.255 * -> 172.17.0.2'],
  ],
  [['-A OUTPUT -d 10.1.2.3 -p tcp -j DNAT --to-destination 172.17.0.2'], ['OUTPUT tcp 10.1.2.3 * -> 172.17.0.2']],
  // sets
  [
    ['-A PREROUTING -p tcp -m set --match-set vips dst -j DNAT --to-destination 172.17.0.2'],
    ['PREROUTING tcp 10.96.0.1,10.96.0.9 * -> 172.17.0.2'],
  ],
  [
    ['-A PREROUTING -p tcp -m set --match-set doors dst,dst -j DNAT --to-destination 172.17.0.2'],
    ['PREROUTING tcp 10.96.0.1-10.96.0.2 443,8443 -> 172.17.0.2'],
  ],
  [
    ['-A PREROUTING -p tcp -m set --match-set both dst -j DNAT --to-destination 172.17.0.2'],
    ['PREROUTING tcp 10.96.0.1,10.96.0.9,10.97.0.0-10.97.0.255 * -> 172.17.0.2'],
  ],
  [['-A PREROUTING -p tcp -m set --match-set vips src -j DNAT --to-destination 172.17.0.2'], ['PREROUTING tcp * * -> 172.17.0.2']],
  [['-A PREROUTING -p tcp -m set --match-set v6 dst -j DNAT --to-destination 172.17.0.2'], []],
  // circles, which only a hand-made listing has
  [['-N A', '-N B', '-A PREROUTING -p tcp -j A', '-A A -j B', '-A B -j A', '-A B -j REDIRECT'], ['PREROUTING tcp * * -> self']],
  // more ways in than are told apart
  [
    [
      '-N D',
      ...Array.from({ length: 40 }, (_, i) => `-A PREROUTING -p tcp --dport ${1000 + 2 * i} -j D`),
      '-A D -p tcp --dport 1078 -j DNAT --to-destination 172.17.0.2',
    ],
    ['PREROUTING tcp * 1078 -> 172.17.0.2'],
  ],
])('of %j', (rules, found) => {
  expect(
    translations(...rules)
      .map(shown)
      .sort(),
  ).toEqual([...found].sort());
});

it.each<readonly [rule: string, port: number, doors: string]>([
  ['--dport 80 -j DNAT --to-destination 172.17.0.2:8080', 8080, '80'],
  ['--dport 80 -j DNAT --to-destination 172.17.0.2:8080', 80, ''],
  ['--dport 80 -j DNAT --to-destination 172.17.0.2', 80, '80'],
  ['--dport 80 -j DNAT --to-destination 172.17.0.2', 81, ''],
  ['-j DNAT --to-destination 172.17.0.2:8080', 8080, '8080'],
  ['! --dport 8080 -j DNAT --to-destination 172.17.0.2:8080', 8080, '1-8079,8081-65535'],
  ['! --dport 80 -j DNAT --to-destination 172.17.0.2:8080', 8080, '8080'],
  ['--dport 80:90 -j DNAT --to-destination 172.17.0.2:85-95', 87, '87'],
  ['--dport 80:90 -j DNAT --to-destination 172.17.0.2:85-95', 93, '80-90'],
  ['--dport 80:90 -j DNAT --to-destination 172.17.0.2:8080-8090/80', 8085, '85'],
  ['--dport 80:82 -j DNAT --to-destination 172.17.0.2:8080-8090/80', 8085, ''],
])('%s leads to %i from %s', (rule, port, doors) => {
  const [translation] = translations(`-A PREROUTING -p tcp ${rule}`);
  const found = doorsTo(translation!, port);
  expect(found.map((range) => span(String, range)).join(',')).toBe(doors);
  for (const [lo] of found)
    if (translation!.ports !== undefined) expect([port, translation!.toPorts?.lo]).toContain(portAfter(translation!, Number(lo)));
});

it.each<readonly [rule: string, ip: string, from: readonly string[]]>([
  ['-d 10.98.7.0/24 -j NETMAP --to 172.30.0.0/24', '172.30.0.2', ['10.98.7.2']],
  ['-d 10.98.7.0/24 -j NETMAP --to 172.30.0.9/24', '172.30.0.2', ['10.98.7.2']],
  ['-d 10.98.7.0/24 -j NETMAP --to 172.30.0.0/29', '172.30.0.9', []],
  ['-d 10.98.7.0/30 -j NETMAP --to 172.30.0.0/24', '172.30.0.9', []],
  ['-j NETMAP --to 172.30.0.0/24', '172.30.0.9', []],
])('%s maps onto %s from %j', (rule, ip, from) => {
  const [translation] = translations(`-A PREROUTING -p tcp ${rule}`);
  expect(mappedFrom(translation!, parseIp(ip)!).map(formatIp)).toEqual(from);
});

import { expect, test } from 'vitest';
import { portsMatter } from '../../src/capture/ports-matter.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { buildHost } from '../support/host-builder.js';
import { lab } from '../support/lab.js';

test.each([
  ['-A INPUT -p tcp -m tcp --sport 1024:2000 -j DROP', true],
  ['-A INPUT -p tcp -m tcp --sport 1024:2000 -m comment --comment "was -s 127.0.0.1 once" -j DROP', true],
  ['-A INPUT ! -s 127.0.0.0/8 -p tcp -m tcp --sport 1024:2000 -j DROP', true],
  ['-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --sport 1024:2000 -j DROP', true],
  ['-A INPUT -s 127.0.0.11/32 -p tcp -m tcp --sport 1024:2000 -j DROP', false],
  ['-A INPUT -p tcp -m tcp --dport 80 -j DROP', false],
  ['-A INPUT -p tcp -m tcp --dport 80 -m comment --comment "--sport, -m set, -j TPROXY" -j DROP', false],
  ['-A INPUT -p tcp --spo 53 -j DROP', true],
  ['-A INPUT --protocol udp --source-port=53 --jump DROP', true],
  ['-A INPUT -p tcp --match multiport --sports 1:1023,2049 -j DROP', true],
  ['-A INPUT --match u32 --u32 "0>>22&0x3C@0>>16=53" -j DROP', true],
  ['-A INPUT --match=set --match-set doors src,src -j DROP', true],
])('%s: the port of the client matters: %s', (rule, matters) => {
  const saved = ['*filter', ':INPUT ACCEPT [0:0]', rule, 'COMMIT', ''].join('\n');
  expect(portsMatter(loadFiles(new Map([['host/iptables-save.txt', saved]])))).toBe(matters);
});

test.each([
  ['tcp sport 1024-2000 drop', true],
  ['tcp sport { 53, 1024-2000 } drop', true],
  ['th sport . ip saddr { 53 . 10.0.0.1 } drop', true],
  ['tcp sport vmap { 53 : drop }', true],
  ['@th,0,16 53 drop', true],
  ['meta mark set jhash tcp sport mod 2', true],
  ['dnat to tcp sport map { 53 : 10.0.0.1 }', true],
  ['ip saddr 127.0.0.11 udp sport 45666 snat to :53', false],
  ['tcp dport 80 drop comment "sport"', false],
  ['ip saddr . tcp dport { 10.0.0.1 . 53 } drop', false],
])('%s: the port of the client matters: %s', (rule, matters) => {
  const listed = `table ip t {\n\tchain c {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\t${rule}\n\t}\n}\n`;
  expect(portsMatter(loadFiles(new Map([['host/nft-ruleset.txt', listed]])))).toBe(matters);
});

test.each([
  ['nothing that looks at it', {}, false],
  [
    'a policy rule',
    { rules: ['0: from all lookup local', '100: from all sport 1024-2000 lookup main', '32766: from all lookup main'] },
    true,
  ],
  ['a route of several next hops', { routes: ['default nexthop via 192.0.2.1 dev eth0 nexthop via 192.0.2.2 dev eth0'] }, true],
])('%s: the port of the client matters: %s', (_, host, matters) => {
  expect(portsMatter(buildHost(lab(host)))).toBe(matters);
});

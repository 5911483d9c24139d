import { expect, it } from 'vitest';
import { createMachine } from '../../src/datapath/index.js';
import { explain } from '../../src/explain/index.js';
import { loadFiles } from '../../src/snapshot/load.js';

const ADDR = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    inet 198.51.100.10/24 scope global eth0
`;
const RULES = `*filter
:INPUT DROP [0:0]
:UNUSED - [0:0]
:USED - [0:0]
-A INPUT -s 198.51.100.0/24 -j ACCEPT
-A INPUT -s 198.51.100.7/32 -p tcp -m tcp --dport 22 -j DROP
-A INPUT -i tun0 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 80 -m tcp --dport 443 -j ACCEPT
-A INPUT -s 198.51.0.0/16 -j ACCEPT
-A INPUT -j USED
-A USED -j LOG
-A USED -i lo -j ACCEPT
-A UNUSED -j ACCEPT
COMMIT
`;

it.each([
  [5, 'yes'],
  [6, 'no: every packet that it asks for is taken before, by `-A INPUT -s 198.51.100.0/24 -j ACCEPT`'],
  [7, 'no, as things stand: host has no interface tun0 (it would, once such an interface is made)'],
  [8, 'no: its own conditions exclude each other'],
  [
    12,
    'nothing forbids it, but none of the flows that were tried (to published ports, between containers, to and from the internet) meets it',
  ],
  [13, 'no: no rule leads from a built-in chain to UNUSED'],
])('line %d: %s', (number, answer) => {
  const files = new Map([
    ['host/ip-addr.txt', ADDR],
    ['host/ip-route.txt', 'default via 198.51.100.1 dev eth0\n198.51.100.0/24 dev eth0 proto kernel scope link src 198.51.100.10\n'],
    ['host/ss.txt', ''],
    ['host/iptables-save.txt', RULES],
  ]);
  const [first] = explain(createMachine(loadFiles(files)), `host/iptables-save.txt:${number}`);
  expect(first?.sections.at(-1)?.lines[0]?.text).toBe(answer);
});

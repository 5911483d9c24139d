import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import type { FlowRequest } from '../../src/model/trace.js';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { takeIn } from '../../src/snapshot/intake/index.js';

/** github.com/cilium/cilium/issues/14340, as `ip addr` shows a node; routes, rules and listeners beside it. */
const NODE = `$ ip addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1460 qdisc mq state UP group default qlen 1000
    link/ether 42:01:0a:a4:00:4f brd ff:ff:ff:ff:ff:ff
    inet 10.164.0.79/32 scope global dynamic eth0
       valid_lft 85957sec preferred_lft 85957sec
3: docker0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default
    link/ether 02:42:75:0a:d3:aa brd ff:ff:ff:ff:ff:ff
    inet 169.254.123.1/24 brd 169.254.123.255 scope global docker0
       valid_lft forever preferred_lft forever
14: cilium_net@cilium_host: <BROADCAST,MULTICAST,NOARP,UP,LOWER_UP> mtu 1460 qdisc noqueue state UP group default qlen 1000
    link/ether 9e:a7:1c:b1:60:84 brd ff:ff:ff:ff:ff:ff
15: cilium_host@cilium_net: <BROADCAST,MULTICAST,NOARP,UP,LOWER_UP> mtu 1460 qdisc noqueue state UP group default qlen 1000
    link/ether 7e:a7:1c:b1:60:84 brd ff:ff:ff:ff:ff:ff
    inet 10.0.1.12/32 scope link cilium_host
       valid_lft forever preferred_lft forever
`;
const REST = `$ ip route show table all
default via 10.164.0.1 dev eth0 onlink
10.0.1.0/24 via 10.0.1.12 dev eth0
local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1
local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1
local 10.164.0.79 dev eth0 table local proto kernel scope host src 10.164.0.79
$ ip rule
0:	from all lookup local
32766:	from all lookup main
32767:	from all lookup default
$ iptables-save
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
$ ss -tulpn
Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process
tcp   LISTEN 0      128          0.0.0.0:22        0.0.0.0:*
`;

function ask(text: string, request: FlowRequest): string {
  const { outcome, reason } = traceFlow(createMachine(loadFiles(takeIn([{ path: 'p', text }], 'p').files)), request);
  return `${outcome}: ${reason}`;
}
const tcp = (from: string, to: string, dport: number): FlowRequest => ({ from, to, proto: 'tcp', dport });

describe('where programs of eBPF decide', () => {
  it.each([
    ['out of a node of Cilium', NODE, tcp('host', '8.8.8.8', 53), /^unknown: .*Cilium's eBPF programs do at eth0/],
    ['into it', NODE, tcp('203.0.113.8', '10.164.0.79', 22), /^unknown: .*Cilium's eBPF programs do at eth0/],
    ['within it', NODE, tcp('host', '127.0.0.1', 22), /^connected: /],
    ['without its devices', NODE.replaceAll('cilium_', 'tap_'), tcp('203.0.113.8', '10.164.0.79', 22), /^connected: /],
    ['Calico with eBPF', NODE.replaceAll('cilium_host', 'bpfin.cali'), tcp('host', '8.8.8.8', 53), /^unknown: .*Calico's eBPF programs/],
    ['XDP, at what comes in', xdp(NODE), tcp('203.0.113.8', '10.164.0.79', 22), /^unknown: .*the XDP program at eth0/],
    ['XDP, at the answer', xdp(NODE), tcp('host', '8.8.8.8', 53), /^unknown: the way back depends on .*the XDP program at eth0/],
  ] as const)('%s', (_, node, request, told) => {
    expect(ask(`${node}${REST}`, request)).toMatch(told);
  });
});

/** As `ip addr` prints a device with such a program (iplink_xdp.c). */
function xdp(node: string): string {
  return node.replaceAll('cilium_', 'tap_').replace('mtu 1460 qdisc mq state', 'mtu 1460 xdpgeneric/id:45 qdisc mq state');
}

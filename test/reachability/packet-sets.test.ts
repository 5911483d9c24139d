import { describe, expect, it } from 'vitest';
import type { FlowRequest } from '../../src/model/trace.js';
import { PacketSets } from '../../src/reachability/packet-sets.js';
import { createMachine } from '../../src/datapath/index.js';
import { whatIf } from '../../src/change/index.js';
import { SetCheck } from './compare-sets.js';
import { recorded } from './hosts.js';

const HOST = '198.51.100.10';
const tcp = (from: string, dport: number, sport = 40000, to = HOST): FlowRequest => ({ from, to, proto: 'tcp', sport, dport });
const ping = (sport: number): FlowRequest => ({ from: '203.0.113.8', to: HOST, proto: 'icmp', sport });

interface Case {
  readonly what: string;
  readonly commands: readonly string[];
  /** Asked in this order: what a set says was learned from the first of its members. */
  readonly flows: readonly FlowRequest[];
  /** What the sets say of them. */
  readonly outcomes: readonly string[];
}

const REJECT = '-j REJECT --reject-with icmp-port-unreachable';

const CASES: readonly Case[] = [
  {
    what: 'ports that a rule reads from raw bytes',
    commands: [`iptables -I INPUT -p tcp -m u32 --u32 "0x0>>0x16&0x3c@0x0&0xffff=0x50:0x5a" ${REJECT}`, 'iptables -A INPUT -p tcp -j DROP'],
    flows: [tcp('203.0.113.8', 100), tcp('203.0.113.8', 85), tcp('203.0.113.8', 101)],
    outcomes: ['timeout', 'refused', 'timeout'],
  },
  {
    what: 'addresses that a rule reads from raw bytes',
    commands: [`iptables -I INPUT -p tcp -m u32 --u32 "0xc&0xff=0x8" -j DROP`],
    flows: [tcp('203.0.113.7', 100), tcp('203.0.113.8', 100), tcp('203.0.114.8', 100)],
    outcomes: ['refused', 'timeout', 'timeout'],
  },
  {
    what: 'masks with more holes than ranges can be made of',
    commands: ['iptables -I INPUT -s 0.0.0.3/0.0.0.15 -j DROP'],
    flows: [tcp('203.0.113.8', 100), tcp('203.0.113.19', 100), tcp('100.99.98.3', 100)],
    outcomes: ['refused', 'timeout', 'timeout'],
  },
  {
    what: 'a target that chooses from several addresses by a hash of the sender',
    commands: ['iptables -t nat -I PREROUTING -p tcp --dport 99 -j DNAT --to-destination 172.17.0.2-172.17.0.5'],
    flows: [tcp('203.0.113.8', 99), tcp('203.0.113.9', 99), tcp('203.0.113.10', 99), tcp('203.0.113.11', 99), tcp('203.0.113.12', 99)],
    outcomes: ['timeout', 'timeout', 'timeout', 'timeout', 'timeout'],
  },
  {
    what: 'ports that are each moved by the same distance',
    commands: [
      'iptables -t nat -I PREROUTING -p tcp -j REDIRECT --to-ports 22',
      'iptables -t nat -I PREROUTING -p tcp -j DNAT --to-destination 172.17.0.2:80-90/7000',
    ],
    flows: [tcp('203.0.113.8', 7001), tcp('203.0.113.8', 7000), tcp('203.0.113.8', 7011)],
    outcomes: ['timeout', 'connected', 'connected'],
  },
  {
    what: 'the one port that a rule translates to itself: that connection is not called translated',
    commands: [
      'iptables -t nat -I PREROUTING -p tcp -j DNAT --to-destination :9999',
      'iptables -I INPUT -m conntrack --ctstate DNAT -j DROP',
    ],
    flows: [tcp('203.0.113.8', 100), tcp('203.0.113.8', 9999), tcp('203.0.113.8', 9998)],
    outcomes: ['timeout', 'refused', 'timeout'],
  },
  {
    what: 'the one port that a rule translates to itself, met first',
    commands: [
      'iptables -t nat -I PREROUTING -p tcp -j DNAT --to-destination :9999',
      'iptables -I INPUT -m conntrack --ctstate DNAT -j DROP',
    ],
    flows: [tcp('203.0.113.8', 9999), tcp('203.0.113.8', 100)],
    outcomes: ['refused', 'timeout'],
  },
  {
    what: 'the ends of a range that a port is drawn from',
    commands: ['iptables -t nat -I POSTROUTING -o up0 -p tcp -j MASQUERADE --to-ports 5000-5009 --random'],
    flows: [5000, 6000, 5009, 5001].map((sport) => tcp('host', 443, sport, '203.0.113.8')),
    outcomes: ['leaves-host', 'leaves-host', 'leaves-host', 'leaves-host'],
  },
  {
    what: 'the ends of such a range beside several addresses',
    commands: ['iptables -t nat -I POSTROUTING -o up0 -p tcp -j SNAT --to-source 198.51.100.10-198.51.100.11:5000-5009 --random'],
    flows: ['203.0.113.8', '203.0.113.9', '203.0.113.10', '203.0.113.12'].flatMap((to) =>
      [5000, 5001, 6000].map((sport) => tcp('host', 443, sport, to)),
    ),
    outcomes: Array.from({ length: 12 }, () => 'leaves-host'),
  },
  {
    what: 'the one sender that a rule translates to itself',
    commands: [
      'iptables -I FORWARD -m conntrack --ctstate SNAT -j DROP',
      'iptables -t nat -I POSTROUTING -p tcp -j SNAT --to-source 203.0.113.9',
    ],
    flows: [tcp('203.0.113.8', 8080), tcp('203.0.113.9', 8080), tcp('203.0.113.10', 8080)],
    outcomes: ['timeout', 'connected', 'timeout'],
  },
  {
    what: 'what rules ask conntrack of the connection that an error is about',
    commands: [`iptables -I INPUT -p tcp ${REJECT}`, 'iptables -I OUTPUT -p icmp -m conntrack --ctreplsrcport 443:445 -j DROP'],
    flows: [tcp('203.0.113.8', 100), tcp('203.0.113.8', 444), tcp('203.0.113.8', 446)],
    outcomes: ['refused', 'timeout', 'refused'],
  },
  {
    what: 'what rules ask conntrack of the number of a ping',
    commands: ['iptables -I INPUT -p icmp -m conntrack --ctorigsrcport 1000:2000 -j DROP'],
    flows: [ping(999), ping(1000), ping(1999), ping(2001)],
    outcomes: ['connected', 'timeout', 'timeout', 'connected'],
  },
];

describe('a packet set', () => {
  it.each(CASES)('tells apart $what', async ({ commands, flows, outcomes }) => {
    const host = whatIf(await recorded('docker28-bridge'), commands);
    const check = new SetCheck(host);
    expect(flows.flatMap((flow) => check.disagreement(flow) ?? [])).toEqual([]);
    const sets = new PacketSets(createMachine(host));
    expect(flows.map((flow) => sets.of(flow).fate.outcome)).toEqual(outcomes);
  });

  it('names the rule that decided, where several differ in their senders alone', async () => {
    const senders = ['203.0.113.8', '203.0.113.9', '203.0.113.10'];
    const host = whatIf(
      await recorded('docker28-bridge'),
      senders.map((ip) => `iptables -A INPUT -s ${ip} -j DROP`),
    );
    const check = new SetCheck(host);
    const flows = senders.map((ip) => tcp(ip, 100));
    expect(flows.flatMap((flow) => check.disagreement(flow) ?? [])).toEqual([]);
    const sets = new PacketSets(createMachine(host));
    expect(flows.map((flow) => sets.of(flow).fate.decidingRule)).toEqual(senders.map((ip) => `-A INPUT -s ${ip}/32 -j DROP`));
  });
});

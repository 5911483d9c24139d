import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import type { FlowRequest, Trace } from '../../../src/model/trace.js';
import { buildHost, type Space } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const MASQUERADE = ['-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE'];
const web: FlowRequest = { from: 'web', to: '203.0.113.8', dport: 443 };
const host: FlowRequest = { from: 'host', to: '203.0.113.8', dport: 443 };

function trace(changes: Partial<Space>, flow: FlowRequest, assume: readonly string[] = []): Trace {
  const answers = new Map(assume.length === 0 ? [] : [['way-back', assume] as const]);
  return traceFlow(createMachine(buildHost(lab(changes)), { assume: answers }), flow);
}

const told = ({ outcome, reason, decidedBy }: Trace): readonly unknown[] => [outcome, reason, decidedBy?.line];
const LEFT = 'the packet leaves host by eth0 as 192.0.2.10:49152 → 203.0.113.8:443';
const BARE = 'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443';
const LOST = 'but the answer is lost on the way back:';

describe('what this host makes of the answer', () => {
  const cases: readonly (readonly [what: string, changes: Partial<Space>, flow: FlowRequest, told: readonly unknown[]])[] = [
    [
      'FORWARD takes what is established',
      {
        iptables: {
          filter: ['-P FORWARD DROP', '-A FORWARD -i docker0 -j ACCEPT', '-A FORWARD -m state --state ESTABLISHED -j ACCEPT'],
          nat: MASQUERADE,
        },
      },
      web,
      ['leaves-host', `${LEFT}; what lies beyond is not in the snapshot`, undefined],
    ],
    [
      'FORWARD does not',
      { iptables: { filter: ['-P FORWARD DROP', '-A FORWARD -i docker0 -j ACCEPT'], nat: MASQUERADE } },
      web,
      ['timeout', `${LEFT}, ${LOST} no rule of host's filter FORWARD matched, and its policy is DROP`, 3],
    ],
    [
      'INPUT drops it',
      { iptables: { filter: ['-P INPUT DROP'] } },
      host,
      ['timeout', `${LEFT}, ${LOST} no rule of host's filter INPUT matched, and its policy is DROP`, 2],
    ],
    [
      'raw drops the answer that no translation was undone of',
      { iptables: { raw: ['-A PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP'] } },
      web,
      ['timeout', `${BARE}, ${LOST} \`-A PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP\` in host's raw PREROUTING drops it`, 4],
    ],
    [
      'with the translation, raw does not see it',
      { iptables: { raw: ['-A PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP'], nat: MASQUERADE } },
      web,
      ['leaves-host', `${LEFT}; what lies beyond is not in the snapshot`, undefined],
    ],
    [
      'the uplink does not forward',
      { sysctl: { 'net.ipv4.ip_forward': 0, 'net.ipv4.conf.docker0.forwarding': 1 }, iptables: { nat: MASQUERADE } },
      web,
      ['timeout', `${LEFT}, ${LOST} 172.17.0.2 is not an address of host, and forwarding is off on eth0`, undefined],
    ],
    [
      'a reset goes to the other side, and the client waits',
      { iptables: { filter: ['-A FORWARD -i eth0 -j REJECT'], nat: MASQUERADE } },
      web,
      ['timeout', `${LEFT}, ${LOST} \`-A FORWARD -i eth0 -j REJECT\` in host's filter FORWARD rejects it`, 5],
    ],
    [
      'nobody knows whom to answer',
      {},
      web,
      [
        'leaves-host',
        `${BARE}; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it`,
        undefined,
      ],
    ],
  ];

  test.each(cases)('%s', (_, changes, flow, expected) => {
    expect(told(trace(changes, flow))).toEqual(expected);
  });
});

test('the way of the assumed answer is told, marked, and is no sighting', () => {
  const { packets, steps } = trace({ iptables: { nat: MASQUERADE } }, web);
  expect(packets.some((p) => p.reply)).toBe(false);
  const assumed = steps.filter((s) => s.assumed);
  expect(assumed).toEqual(steps.filter((s) => s.reply));
  expect(
    assumed.flatMap((s) => (s.kind === 'interface' ? [`${s.netns} ${s.iface} ${s.dir} ${s.packet.src} > ${s.packet.dst}`] : [])),
  ).toEqual([
    'host eth0 in 203.0.113.8 > 192.0.2.10',
    'host docker0 out 203.0.113.8 > 172.17.0.2',
    'host vweb out 203.0.113.8 > 172.17.0.2',
    'web eth0 in 203.0.113.8 > 172.17.0.2',
  ]);
});

test('what is learned of ports keeps the mark', () => {
  const machine = createMachine(buildHost(lab({ iptables: { nat: MASQUERADE } })));
  const flow = { from: 'web', to: '203.0.113.8' };
  const marks = [443, 444, 445, 446, 447].map((dport) => traceFlow(machine, { ...flow, dport }).steps.filter((s) => s.assumed).length);
  expect(new Set(marks).size).toBe(1);
  expect(marks[0]).toBeGreaterThan(0);
});

describe('several uplinks', () => {
  const links = [
    { name: 'eth0', index: 2, addrs: ['192.0.2.10/24'] },
    { name: 'docker0', index: 3, kind: 'bridge', addrs: ['172.17.0.1/16'] },
    { name: 'vweb', index: 4, kind: 'veth', master: 'docker0', peer: 10, nsid: 1 },
    { name: 'vdb', index: 5, kind: 'veth', master: 'docker0', peer: 11, nsid: 2 },
    { name: 'eth1', index: 6, addrs: ['198.51.100.10/24'] },
  ];
  const routes = [
    'default via 192.0.2.1 dev eth0',
    'default via 198.51.100.1 dev eth1 metric 200',
    '192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10',
    '198.51.100.0/24 dev eth1 proto kernel scope link src 198.51.100.10',
    '172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1',
  ];
  const two = (filter: readonly string[], nat: readonly string[] = []): Partial<Space> => ({ links, routes, iptables: { filter, nat } });
  const only = (dev: string): readonly string[] => ['-P FORWARD DROP', '-A FORWARD -i docker0 -j ACCEPT', `-A FORWARD -i ${dev} -j ACCEPT`];
  const outcome = ({ outcome: is, assumptions }: Trace): readonly unknown[] => [is, assumptions.map((a) => [a.choice, a.detail])];
  const DROPPED =
    "by eth1 it would not arrive: the answer is lost on the way back: no rule of host's filter FORWARD matched, and its policy is DROP";

  test("to the uplink's own address the answer comes by that uplink", () => {
    expect(outcome(trace(two(only('eth0'), MASQUERADE), web))).toEqual(['leaves-host', []]);
    expect(outcome(trace(two(only('eth1'), MASQUERADE), web))).toEqual(['timeout', []]);
  });

  test('both let it in: nothing is assumed', () => {
    expect(outcome(trace(two([]), web))).toEqual(['leaves-host', []]);
  });

  test("to another uplink's address it comes by that one", () => {
    const snat = ['-A POSTROUTING -o eth0 -j SNAT --to-source 198.51.100.10'];
    expect(outcome(trace(two(only('eth1'), snat), web))).toEqual([
      'leaves-host',
      [['way-back=eth1', `the answer is taken to come in by eth1; ${DROPPED.replace('eth1', 'eth0')}`]],
    ]);
    expect(outcome(trace(two(only('eth1'), snat), web, ['eth0']))).toEqual(['timeout', []]);
  });

  test('to an address of neither, the way it left is assumed', () => {
    expect(outcome(trace(two(only('eth0')), web))).toEqual([
      'leaves-host',
      [['way-back=eth0', `the answer is taken to come in by eth0; ${DROPPED}`]],
    ]);
  });

  test('where the way it left fails and another does not, it is open', () => {
    const open = trace(two(only('eth1')), web);
    expect(open.reason).toBe(
      'it depends on by which uplink the answer comes in, eth0 or eth1; `--assume way-back=eth0` gives timeout, way-back=eth1 gives leaves-host',
    );
    expect(open.outcome).toBe('unknown');
    expect(trace(two(only('eth1')), web, ['eth1']).outcome).toBe('leaves-host');
  });
});

test('between machines outside, over one uplink, the answer may pass this host by', () => {
  const drops = { iptables: { filter: ['-A FORWARD -p tcp -m tcp --sport 443 -j DROP'] } };
  expect(trace(drops, { from: '203.0.113.8', to: '198.51.100.7', dport: 443 }).outcome).toBe('leaves-host');
});

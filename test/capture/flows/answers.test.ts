import { describe, expect, it } from 'vitest';
import { collect } from '../../../src/capture/collect.js';
import type { CaptureInput } from '../../../src/capture/collect.js';
import { buildFlows } from '../../../src/capture/flows/build.js';
import { readCapture } from '../../../src/capture/read/index.js';
import type { CapturedFlow } from '../../../src/model/capture.js';
import { pcap } from '../captures.js';
import { RST_ACK, SYN, SYN_ACK, echo, ipv4, ipv6, sll, tcp, udp } from '../packets.js';

const HOST = '198.51.100.10';
const FAR = '203.0.113.8';

/** Microseconds and a packet; with a way it is cooked, without it is raw and tells no direction. */
type Seen = readonly [number, Buffer, ('in' | 'out')?];

function input(iface: string, packets: readonly Seen[]): CaptureInput {
  const made = packets.map(([fraction, bytes, way]) => ({
    bytes: way === undefined ? bytes : sll(way === 'out', bytes),
    seconds: 1,
    fraction,
  }));
  const spec = { path: `${iface}.pcap`, netns: 'host', iface };
  return { spec, batches: () => readCapture(once(pcap(made, { linktype: packets[0]?.[2] === undefined ? 101 : 113 })), spec.path) };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

const end = ({ ip, port }: CapturedFlow['client']): string => (port === undefined ? ip : `${ip}:${port}`);

async function told(iface: string, packets: readonly Seen[]): Promise<readonly string[]> {
  const { collector, taps } = await collect([input(iface, packets)]);
  const flows = [...buildFlows(collector, taps)].map((flow) => {
    const hops = flow.hops.map((hop) => (hop.reply ? '←' : '→')).join('');
    return `${flow.proto} ${end(flow.client)} > ${end(flow.server)} ${flow.outcome} ${hops}`;
  });
  const { control } = collector.counts;
  return control > 0 ? [...flows, `${control} control`] : flows;
}

const syn = (src: string, dst: string, dport: number, ttl = 64): Buffer => ipv4(src, dst, 6, tcp(40000, dport, 100, 0, SYN), { ttl });
const answer = (src: string, sport: number, dst: string, flags: number, seq = 900): Buffer =>
  ipv4(src, dst, 6, tcp(sport, 40000, seq, 101, flags));

const CASES: readonly (readonly [string, string, readonly Seen[], readonly string[]])[] = [
  [
    'a connection that the host redirects to itself: the answer bears the address that was asked',
    'lo',
    [
      [0, syn(HOST, '127.0.0.1', 3128), 'in'],
      [20, answer(FAR, 80, HOST, SYN_ACK), 'in'],
    ],
    [`tcp ${HOST}:40000 > 127.0.0.1:3128 established →←`],
  ],
  [
    'a datagram that the host redirects to itself',
    'lo',
    [
      [0, ipv4(HOST, '127.0.0.1', 17, udp(40000, 5353, Buffer.from('a'))), 'in'],
      [20, ipv4(FAR, HOST, 17, udp(53, 40000, Buffer.from('b'))), 'in'],
    ],
    [`udp ${HOST}:40000 > 127.0.0.1:5353 established →←`],
  ],
  [
    'a server of several addresses that answers from another than was asked',
    'eth0',
    [
      [0, ipv4(HOST, FAR, 17, udp(40000, 53, Buffer.from('a'))), 'out'],
      [20, ipv4('203.0.113.9', HOST, 17, udp(53, 40000, Buffer.from('b'))), 'in'],
    ],
    [`udp ${HOST}:40000 > ${FAR}:53 established →←`],
  ],
  [
    'a stranger that speaks to the same socket is another conversation',
    'eth0',
    [
      [0, ipv4(HOST, FAR, 17, udp(40000, 53, Buffer.from('a'))), 'out'],
      [20, ipv4('203.0.113.9', HOST, 17, udp(54, 40000, Buffer.from('b'))), 'in'],
    ],
    [`udp ${HOST}:40000 > ${FAR}:53 unanswered →`, `udp 203.0.113.9:54 > ${HOST}:40000 unanswered →`],
  ],
  [
    'an echo to oneself: the answer has the same addresses',
    'lo',
    [
      [0, ipv4('127.0.0.1', '127.0.0.1', 1, echo(8, 7, 1)), 'in'],
      [20, ipv4('127.0.0.1', '127.0.0.1', 1, echo(0, 7, 1)), 'in'],
    ],
    ['icmp 127.0.0.1 > 127.0.0.1 established →←'],
  ],
  [
    'a reset that refuses what crossed no interface',
    'lo',
    [[0, answer(FAR, 3010, HOST, RST_ACK, 0), 'in']],
    [`tcp ${HOST}:40000 > ${FAR}:3010 refused ←`],
  ],
  [
    'an answer whose question was before the capture',
    'eth0',
    [[0, answer(FAR, 443, HOST, SYN_ACK), 'in']],
    [`tcp ${HOST}:40000 > ${FAR}:443 one-way ←`],
  ],
  [
    'neighbour discovery is no conversation',
    'eth0',
    [
      [0, ipv6('fe80'.padEnd(32, '0'), 'ff02'.padEnd(32, '0'), 58, Buffer.from('8700000000000000', 'hex')), 'out'],
      [9, ipv6('fe80'.padEnd(32, '1'), 'fe80'.padEnd(32, '0'), 58, Buffer.from('8800000000000000', 'hex')), 'in'],
    ],
    ['2 control'],
  ],
  [
    'a packet that turned round at one interface, translated',
    'docker0',
    [
      [0, syn('172.17.0.2', HOST, 8080)],
      [30, syn('172.17.0.1', '172.17.0.2', 80, 63)],
    ],
    [`tcp 172.17.0.2:40000 > ${HOST}:8080 unanswered →→`],
  ],
  [
    'a port that is used again at once',
    'eth0',
    [
      [0, syn(HOST, FAR, 443)],
      [20, answer(FAR, 443, HOST, SYN_ACK)],
      [40, ipv4(HOST, FAR, 6, tcp(40000, 443, 5000, 0, SYN))],
      [60, ipv4(FAR, HOST, 6, tcp(443, 40000, 77, 5001, SYN_ACK))],
    ],
    [`tcp ${HOST}:40000 > ${FAR}:443 established →←`, `tcp ${HOST}:40000 > ${FAR}:443 established →←`],
  ],
  [
    'a scan sends the same first packet to every port',
    'eth0',
    [21, 22, 23].map((port, i): Seen => [i * 10, syn(HOST, FAR, port)]),
    [21, 22, 23].map((port) => `tcp ${HOST}:40000 > ${FAR}:${port} unanswered →`),
  ],
];

describe('answers and questions that are not alike', () => {
  it.each(CASES)('%s', async (_, iface, packets, wanted) => {
    expect(await told(iface, packets)).toEqual(wanted);
  });
});

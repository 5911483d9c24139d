import { describe, expect, it } from 'vitest';
import { collect } from '../../../src/capture/collect.js';
import type { CaptureInput } from '../../../src/capture/collect.js';
import { buildFlows } from '../../../src/capture/flows/build.js';
import { readCapture } from '../../../src/capture/read/index.js';
import { parseSpec } from '../../../src/capture/spec.js';
import type { CaptureHop, CapturedFlow } from '../../../src/model/capture.js';
import { pcap } from '../captures.js';
import { ACK, PSH_ACK, RST_ACK, SYN, SYN_ACK, echo, icmpError, ipv4, ipv6, sll, tcp, udp } from '../packets.js';

const WEB = '172.17.0.2';
const HOST = '198.51.100.10';
const FAR = '203.0.113.8';

/** A packet at a place: `netns iface`, microseconds, which way. */
type Seen = readonly [string, number, 'in' | 'out', Buffer, number?];

/** Writes one cooked capture an interface. */
function inputs(packets: readonly Seen[]): readonly CaptureInput[] {
  const places = [...new Set(packets.map(([place]) => place))];
  return places.map((place) => {
    const made = packets
      .filter(([p]) => p === place)
      .map(([, time, way, bytes, type]) => ({
        bytes: sll(way === 'out', bytes, type),
        seconds: 1700000000 + Math.floor(time / 1e6),
        fraction: time % 1e6,
      }));
    const spec = parseSpec(`${place.replace(' ', ':')}=${place}.pcap`)!;
    return { spec, batches: () => readCapture(once(pcap(made, { linktype: 113 })), spec.path) };
  });
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

function end({ ip, port }: CapturedFlow['client']): string {
  return port === undefined ? ip : `${ip}:${port}`;
}

function hopText(hop: CaptureHop): string {
  return `${hop.reply ? '←' : '→'} ${hop.netns} ${hop.iface} ${hop.dir ?? '?'} ×${hop.packets}${hop.after === undefined ? '' : ` +${hop.after}`}${hop.error ? ` error ${hop.error.type}/${hop.error.code} by ${hop.error.by}` : ''}`;
}

async function told(packets: readonly Seen[]): Promise<readonly (readonly string[])[]> {
  const { collector, taps } = await collect(inputs(packets));
  return [...buildFlows(collector, taps)].map((flow) => [
    `${flow.proto} ${end(flow.client)} > ${end(flow.server)} ${flow.outcome}: ${flow.text}`,
    ...(flow.translated ? [`as ${end(flow.translated.client)} > ${end(flow.translated.server)}`] : []),
    `${flow.packets} packets, ${flow.retransmissions} again`,
    ...flow.hops.map(hopText),
  ]);
}

const syn = (src: string, sport = 40000, seq = 100, dst = FAR, id = 1): Buffer => ipv4(src, dst, 6, tcp(sport, 443, seq, 0, SYN), { id });
const synAck = (dst: string, dport = 40000, seq = 900, ack = 101): Buffer => ipv4(FAR, dst, 6, tcp(443, dport, seq, ack, SYN_ACK));
const ack = (src: string, sport = 40000): Buffer => ipv4(src, FAR, 6, tcp(sport, 443, 101, 901, ACK));

const CASES: readonly (readonly [string, readonly Seen[], readonly (readonly string[])[]])[] = [
  [
    'a TCP connection before and after masquerading, with another port',
    [
      ['web eth0', 0, 'out', syn(WEB)],
      ['host docker0', 10, 'in', syn(WEB)],
      ['host eth0', 30, 'out', syn(HOST, 50001)],
      ['host eth0', 1000, 'in', synAck(HOST, 50001)],
      ['host docker0', 1020, 'out', synAck(WEB)],
      ['web eth0', 1025, 'in', synAck(WEB)],
      ['web eth0', 1030, 'out', ack(WEB)],
    ],
    [
      [
        `tcp ${WEB}:40000 > ${FAR}:443 established: answered`,
        `as ${HOST}:50001 > ${FAR}:443`,
        '3 packets, 0 again',
        '→ web eth0 out ×2',
        '→ host docker0 in ×1 +10',
        '→ host eth0 out ×1 +20',
        '← host eth0 in ×1',
        '← host docker0 out ×1 +20',
        '← web eth0 in ×1 +5',
      ],
    ],
  ],
  [
    'a SYN sent again, and seen twice',
    [
      ['web eth0', 0, 'out', syn(WEB, 40000, 100, FAR, 1)],
      ['web eth0', 2, 'out', syn(WEB, 40000, 100, FAR, 1)],
      ['web eth0', 1000000, 'out', syn(WEB, 40000, 100, FAR, 2)],
    ],
    [[`tcp ${WEB}:40000 > ${FAR}:443 unanswered: no answer; last seen at web eth0`, '3 packets, 1 again', '→ web eth0 out ×3']],
  ],
  [
    'a refusal',
    [
      ['web eth0', 0, 'out', syn(WEB)],
      ['web eth0', 9, 'in', ipv4(FAR, WEB, 6, tcp(443, 40000, 0, 101, RST_ACK))],
    ],
    [
      [
        `tcp ${WEB}:40000 > ${FAR}:443 refused: the answer to the first packet is a reset`,
        '2 packets, 0 again',
        '→ web eth0 out ×1',
        '← web eth0 in ×1',
      ],
    ],
  ],
  [
    'an answer that gets lost on its way back',
    [
      ['web eth0', 0, 'out', syn(WEB)],
      ['host eth0', 5, 'out', syn(WEB)],
      ['host eth0', 9, 'in', synAck(WEB)],
    ],
    [
      [
        `tcp ${WEB}:40000 > ${FAR}:443 answer-lost: answered, but the answer was last seen at host eth0`,
        '2 packets, 0 again',
        '→ web eth0 out ×1',
        '→ host eth0 out ×1 +5',
        '← host eth0 in ×1',
      ],
    ],
  ],
  [
    'two connections that use the same ports one after the other',
    [
      ['web eth0', 0, 'out', syn(WEB, 40000, 100)],
      ['web eth0', 10, 'in', synAck(WEB, 40000, 900, 101)],
      ['web eth0', 5000000, 'out', syn(WEB, 40000, 7000)],
    ],
    [
      [`tcp ${WEB}:40000 > ${FAR}:443 established: answered`, '2 packets, 0 again', '→ web eth0 out ×1', '← web eth0 in ×1'],
      [`tcp ${WEB}:40000 > ${FAR}:443 unanswered: no answer; last seen at web eth0`, '1 packets, 0 again', '→ web eth0 out ×1'],
    ],
  ],
  [
    'a connection whose beginning was missed, joined over NAT by its data',
    [
      ['web eth0', 0, 'in', ipv4(FAR, WEB, 6, tcp(443, 40000, 500, 77, PSH_ACK, 'hello'))],
      ['web eth0', 4, 'out', ipv4(WEB, FAR, 6, tcp(40000, 443, 77, 505, PSH_ACK, 'you'))],
      ['host eth0', 6, 'out', ipv4(HOST, FAR, 6, tcp(40000, 443, 77, 505, PSH_ACK, 'you'))],
    ],
    [
      [
        `tcp ${WEB}:40000 > ${FAR}:443 joined: both sides speak; the beginning is not in the captures`,
        `as ${HOST}:40000 > ${FAR}:443`,
        '2 packets, 0 again',
        '→ web eth0 out ×1',
        '→ host eth0 out ×1 +2',
        '← web eth0 in ×1',
      ],
    ],
  ],
  [
    'datagrams of equal payload from two clients stay apart',
    [
      ['host docker0', 0, 'in', ipv4('172.17.0.2', FAR, 17, udp(5001, 53, 'x'))],
      ['host docker0', 5, 'in', ipv4('172.17.0.3', FAR, 17, udp(5001, 53, 'x'))],
      ['host eth0', 3, 'out', ipv4(HOST, FAR, 17, udp(5001, 53, 'x'))],
      ['host eth0', 8, 'out', ipv4(HOST, FAR, 17, udp(1024, 53, 'x'))],
    ],
    [
      [
        `udp 172.17.0.2:5001 > ${FAR}:53 unanswered: no answer; last seen at host eth0`,
        `as ${HOST}:5001 > ${FAR}:53`,
        '1 packets, 0 again',
        '→ host docker0 in ×1',
        '→ host eth0 out ×1 +3',
      ],
      [`udp 172.17.0.3:5001 > ${FAR}:53 unanswered: no answer; last seen at host docker0`, '1 packets, 0 again', '→ host docker0 in ×1'],
      [`udp ${HOST}:1024 > ${FAR}:53 unanswered: no answer; last seen at host eth0`, '1 packets, 0 again', '→ host eth0 out ×1'],
    ],
  ],
  [
    'a datagram translated both ways at once (hairpin)',
    [
      ['host docker0', 0, 'in', ipv4(WEB, HOST, 17, udp(45001, 5353, 'question'))],
      ['host docker0', 9, 'out', ipv4('172.17.0.1', '172.17.0.3', 17, udp(45001, 53, 'question'))],
    ],
    [
      [
        `udp ${WEB}:45001 > ${HOST}:5353 unanswered: no answer; last seen at host docker0`,
        'as 172.17.0.1:45001 > 172.17.0.3:53',
        '1 packets, 0 again',
        '→ host docker0 in ×1',
        '→ host docker0 out ×1 +9',
      ],
    ],
  ],
  [
    'an echo and its reply, masqueraded',
    [
      ['host docker0', 0, 'in', ipv4(WEB, FAR, 1, echo(8, 33, 1))],
      ['host eth0', 2, 'out', ipv4(HOST, FAR, 1, echo(8, 33, 1))],
      ['host eth0', 7, 'in', ipv4(FAR, HOST, 1, echo(0, 33, 1))],
      ['host docker0', 9, 'out', ipv4(FAR, WEB, 1, echo(0, 33, 1))],
    ],
    [
      [
        `icmp ${WEB} > ${FAR} established: answered`,
        `as ${HOST} > ${FAR}`,
        '2 packets, 0 again',
        '→ host docker0 in ×1',
        '→ host eth0 out ×1 +2',
        '← host eth0 in ×1',
        '← host docker0 out ×1 +2',
      ],
    ],
  ],
  [
    'ICMP errors: no listener, no host',
    [
      ['web eth0', 0, 'out', ipv4(WEB, FAR, 17, udp(5001, 53, 'x'))],
      ['web eth0', 5, 'in', ipv4(FAR, WEB, 1, icmpError(3, 3, ipv4(WEB, FAR, 17, udp(5001, 53, 'x'))))],
      ['web eth0', 6, 'out', syn(WEB)],
      ['web eth0', 8, 'in', ipv4('172.17.0.1', WEB, 1, icmpError(3, 1, syn(WEB)))],
    ],
    [
      [
        `udp ${WEB}:5001 > ${FAR}:53 refused: the answer is an ICMP error, type 3 code 3`,
        '1 packets, 0 again',
        `→ web eth0 out ×1 error 3/3 by ${FAR}`,
      ],
      [
        `tcp ${WEB}:40000 > ${FAR}:443 unreachable: the answer is an ICMP error, type 3 code 1`,
        '1 packets, 0 again',
        '→ web eth0 out ×1 error 3/1 by 172.17.0.1',
      ],
    ],
  ],
  [
    'fragments count for the datagram that they are of',
    [
      ['web eth0', 0, 'out', ipv4(WEB, FAR, 17, udp(5001, 53, 'x'.repeat(1472)), { more: true, id: 9 })],
      ['web eth0', 1, 'out', ipv4(WEB, FAR, 17, Buffer.from('tail'), { fragment: 1480, id: 9 })],
    ],
    [[`udp ${WEB}:5001 > ${FAR}:53 unanswered: no answer; last seen at web eth0`, '2 packets, 0 again', '→ web eth0 out ×2']],
  ],
  [
    'loopback addresses are every namespace’s own',
    [
      ['web lo', 0, 'in', ipv4('127.0.0.1', '127.0.0.1', 17, udp(5001, 53, 'x'))],
      ['db lo', 1, 'in', ipv4('127.0.0.1', '127.0.0.1', 17, udp(5001, 53, 'x'))],
    ],
    [
      ['udp 127.0.0.1:5001 > 127.0.0.1:53 unanswered: no answer; last seen at web lo', '1 packets, 0 again', '→ web lo in ×1'],
      ['udp 127.0.0.1:5001 > 127.0.0.1:53 unanswered: no answer; last seen at db lo', '1 packets, 0 again', '→ db lo in ×1'],
    ],
  ],
  [
    'IPv6',
    [
      ['web eth0', 0, 'out', ipv6('20010db8000000000000000000000001', '20010db8000000000000000000000002', 58, echo(128, 4, 1)), 0x86dd],
      ['web eth0', 6, 'in', ipv6('20010db8000000000000000000000002', '20010db8000000000000000000000001', 58, echo(129, 4, 1)), 0x86dd],
    ],
    [['icmp 2001:db8::1 > 2001:db8::2 established: answered', '2 packets, 0 again', '→ web eth0 out ×1', '← web eth0 in ×1']],
  ],
];

describe('flows', () => {
  it.each(CASES)('%s', async (_, packets, wanted) => {
    expect(await told(packets)).toEqual(wanted);
  });
});

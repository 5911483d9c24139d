import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINK, decodePacket } from '../../../src/capture/decode/link.js';
import { DecodedPacket, KIND } from '../../../src/capture/decode/packet.js';
import { ACK, SYN, echo, ethernet, icmpError, ipv4, ipv6, sll, sll2, tcp, udp, vxlan } from '../packets.js';

const A = '02:42:ac:11:00:02';
const B = '02:42:ac:11:00:03';
const TCP4 = ipv4('172.17.0.2', '172.17.0.3', 6, tcp(40000, 80, 7, 9, SYN, 'abc'));
const S6 = '20010db8000000000000000000000001';
const D6 = '20010db8000000000000000000000002';
const TCP6 = tcp(40000, 80, 7, 9, SYN, 'abc');
const NOTHING = Buffer.alloc(0);

/** Extension header of 8 bytes. */
function extension(next: number): Buffer {
  return Buffer.from([next, 0, 0, 0, 0, 0, 0, 0]);
}

function fragmentHeader(next: number, offset: number, more: boolean, id: number): Buffer {
  const out = Buffer.from([next, 0, 0, 0, 0, 0, 0, 0]);
  out.writeUInt16BE(offset | (more ? 1 : 0), 2);
  out.writeUInt32BE(id, 4);
  return out;
}

function decode(linktype: number, bytes: Buffer): DecodedPacket {
  const packet = new DecodedPacket();
  packet.bytes = bytes;
  decodePacket(packet, linktype, 0, bytes.length);
  return packet;
}

function shown(p: DecodedPacket): string {
  if (p.kind !== KIND.ip) return p.kind === KIND.other ? 'other' : 'malformed';
  const length = p.family === 4 ? 4 : 16;
  const address = (at: number): string => p.bytes.toString('hex', at, at + length);
  const parts = [address(p.srcAt), address(p.dstAt), `proto ${p.protocol}`];
  if (p.fragmentOffset > 0) parts.push(`fragment ${p.fragmentOffset} of ${p.ipId}`);
  else if (p.protocol === 6) parts.push(`${p.sport} ${p.dport} seq ${p.seq} ack ${p.ack} flags ${p.flags}`);
  else if (p.protocol === 17) parts.push(`${p.sport} ${p.dport}`);
  else if (p.protocol === 1 || p.protocol === 58) parts.push(`type ${p.icmpType} code ${p.icmpCode} id ${p.echoId} seq ${p.echoSeq}`);
  if (p.quotedAt >= 0) parts.push(`quotes ${p.quotedAt}`);
  parts.push(`payload ${p.payloadLength}`);
  if (p.ifindex !== 0) parts.push(`if ${p.ifindex}`);
  if (p.way !== 0) parts.push(['', 'in', 'out'][p.way]!);
  if (p.vlan >= 0) parts.push(`vlan ${p.vlan}`);
  if (p.vni >= 0) parts.push(`vni ${p.vni}`);
  return parts.join(', ');
}

const T4 = 'ac110002, ac110003, proto 6, 40000 80 seq 7 ack 9 flags 2, payload 3';
const T6 = `${S6}, ${D6}, proto 6, 40000 80 seq 7 ack 9 flags 2, payload 3`;

describe('decoding', () => {
  it.each([
    ['Ethernet', LINK.ethernet, ethernet(A, B, 0x0800, TCP4), T4],
    ['Ethernet with padding', LINK.ethernet, Buffer.concat([ethernet(A, B, 0x0800, TCP4), Buffer.alloc(20)]), T4],
    ['a VLAN tag', LINK.ethernet, ethernet(A, B, 0x0800, TCP4, [[0x8100, 5]]), `${T4}, vlan 5`],
    ['QinQ', LINK.ethernet, ethernet(A, B, 0x0800, TCP4, [[0x88a8, 9], [0x8100, 0x2005]]), `${T4}, vlan 5`], // prettier-ignore
    ['SNAP', LINK.ethernet, ethernet(A, B, 100, Buffer.concat([Buffer.from('aaaa030000000800', 'hex'), TCP4])), T4],
    ['ARP', LINK.ethernet, ethernet(A, B, 0x0806, Buffer.alloc(28)), 'other'],
    ['cooked, in', LINK.sll, sll(false, TCP4), `${T4}, in`],
    ['cooked, out, VLAN', LINK.sll, sll(true, Buffer.concat([Buffer.from('00050800', 'hex'), TCP4]), 0x8100), `${T4}, out, vlan 5`],
    ['cooked, version 2', LINK.sll2, sll2(7, true, TCP4), `${T4}, if 7, out`],
    ['raw', LINK.raw, TCP4, T4],
    ['raw IPv6', LINK.ipv6, ipv6(S6, D6, 6, TCP6), T6],
    ['null, little-endian', LINK.null, Buffer.concat([Buffer.from('02000000', 'hex'), TCP4]), T4],
    ['loop, IPv6', LINK.loop, Buffer.concat([Buffer.from('0000001e', 'hex'), ipv6(S6, D6, 6, TCP6)]), T6],
    ['another link type', 105, TCP4, 'other'],
    ['VXLAN', LINK.raw, ipv4('192.0.2.1', '192.0.2.2', 17, vxlan(4097, ethernet(A, B, 0x0800, TCP4))), `${T4}, vni 4097`],
    [
      'VXLAN that holds ARP',
      LINK.raw,
      ipv4('192.0.2.1', '192.0.2.2', 17, vxlan(7, ethernet(A, B, 0x0806, Buffer.alloc(28)))),
      'c0000201, c0000202, proto 17, 40000 4789, payload 50',
    ],
    ['UDP', LINK.raw, ipv4('172.17.0.2', '172.17.0.3', 17, udp(53, 4000, 'xyz')), 'ac110002, ac110003, proto 17, 53 4000, payload 3'],
    [
      'an echo',
      LINK.raw,
      ipv4('172.17.0.2', '172.17.0.3', 1, echo(8, 77, 3, 'x')),
      'ac110002, ac110003, proto 1, type 8 code 0 id 77 seq 3, payload 1',
    ],
    [
      'an ICMP error',
      LINK.raw,
      ipv4('172.17.0.2', '172.17.0.3', 1, icmpError(3, 1, TCP4)),
      'ac110002, ac110003, proto 1, type 3 code 1 id 0 seq 0, quotes 28, payload 28',
    ],
    [
      'a later fragment',
      LINK.raw,
      ipv4('172.17.0.2', '172.17.0.3', 17, Buffer.from('tail'), { fragment: 1480, id: 5 }),
      'ac110002, ac110003, proto 17, fragment 1480 of 5, payload 4',
    ],
    ['IPv6 extension headers', LINK.raw, ipv6(S6, D6, 0, Buffer.concat([extension(43), extension(60), extension(6), TCP6])), T6],
    ['an IPv6 first fragment', LINK.raw, ipv6(S6, D6, 44, Buffer.concat([fragmentHeader(6, 0, true, 9), TCP6])), T6],
    [
      'an IPv6 later fragment',
      LINK.raw,
      ipv6(S6, D6, 44, Buffer.concat([fragmentHeader(17, 1448, false, 9), Buffer.from('tail')])),
      `${S6}, ${D6}, proto 17, fragment 1448 of 9, payload 4`,
    ],
    ['no more than an IPv4 header length of 4', LINK.raw, Buffer.concat([Buffer.from([0x41]), TCP4.subarray(1)]), 'malformed'],
    [
      'a TCP header that claims more than there is',
      LINK.raw,
      ipv4('172.17.0.2', '172.17.0.3', 6, tcp(1, 2, 3, 4, ACK).fill(0xf0, 12, 13)),
      'malformed',
    ],
    ['a packet cut before its ports', LINK.raw, TCP4.subarray(0, 22), 'malformed'],
    ['nothing', LINK.ethernet, NOTHING, 'other'],
  ] as const)('%s', (_, linktype, bytes, wanted) => {
    expect(shown(decode(linktype, bytes))).toBe(wanted);
  });

  it('never throws and never points outside, whatever the bytes', () => {
    const links = fc.constantFrom(...Object.values(LINK));
    const start = fc.constantFrom(NOTHING, TCP4, ethernet(A, B, 0x0800, TCP4), sll2(1, true, TCP4), ipv6(S6, D6, 0, extension(44)));
    fc.assert(
      fc.property(links, start, fc.uint8Array({ maxLength: 120 }), fc.nat(60), (link, head, noise, cut) => {
        const bytes = Buffer.concat([head.subarray(0, Math.max(0, head.length - cut)), noise]);
        const packet = decode(link, bytes);
        if (packet.kind !== KIND.ip) return;
        expect(packet.end).toBeLessThanOrEqual(bytes.length);
        expect(packet.srcAt + (packet.family === 4 ? 8 : 32)).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 3000 },
    );
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LINK, decodePacket } from '../../../src/capture/decode/link.js';
import { DecodedPacket, KIND, WAY } from '../../../src/capture/decode/packet.js';
import { PLAIN, plainTcpLength } from '../../../src/capture/decode/plain-tcp.js';
import { PSH_ACK, ethernet, ipv4, tcp } from '../packets.js';

const FRAME = ethernet(
  '02:42:ac:11:00:02',
  '02:42:ac:11:00:03',
  0x0800,
  ipv4('172.17.0.2', '172.17.0.3', 6, tcp(40000, 80, 7, 9, PSH_ACK, 'abc')),
);

/** What both ways of decoding tell of a frame; undefined where it is no TCP segment with ports. */
function whole(bytes: Buffer): object | undefined {
  const packet = new DecodedPacket();
  packet.bytes = bytes;
  decodePacket(packet, LINK.ethernet, 0, bytes.length);
  if (packet.kind !== KIND.ip || packet.protocol !== 6 || packet.family !== 4 || packet.fragmentOffset > 0) return undefined;
  const { srcAt, dstAt, seq, ack, flags, ipId, payloadLength, way } = packet;
  const ports = (packet.sport << 16) | packet.dport;
  return { src: bytes.readInt32BE(srcAt), dst: bytes.readInt32BE(dstAt), ports, seq, ack, flags, ipId, payloadLength, way };
}

function plain(bytes: Buffer): object | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const payloadLength = plainTcpLength(view, 0, bytes.length);
  if (payloadLength < 0) return undefined;
  const [src, dst, ports, seq, ack] = [PLAIN.src, PLAIN.dst, PLAIN.ports, PLAIN.seq, PLAIN.ack].map((at) => view.getInt32(at));
  const flags = view.getUint8(PLAIN.flags) & 0x3f;
  return { src, dst, ports, seq, ack, flags, ipId: view.getUint16(PLAIN.ipId), payloadLength, way: WAY.unknown };
}

it('takes a plain segment', () => {
  expect(plain(FRAME)).toEqual({ ...whole(FRAME), payloadLength: 3 });
});

it('tells of what it takes exactly what is told of every packet', () => {
  const change = fc.record({
    at: fc.nat({ max: FRAME.length - 1 }),
    to: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 0x45, 0x20, 6, 17)),
  });
  const frames = fc.tuple(fc.array(change, { maxLength: 4 }), fc.nat({ max: FRAME.length })).map(([changes, length]) => {
    const bytes = Buffer.from(FRAME);
    for (const { at, to } of changes) bytes[at] = to;
    return bytes.subarray(0, cutAt(length));
  });
  fc.assert(
    fc.property(frames, (bytes) => {
      const told = plain(bytes);
      if (told !== undefined) expect(told).toEqual(whole(bytes));
    }),
    { numRuns: 3000 },
  );
});

/** Half of all frames are whole. */
function cutAt(length: number): number {
  return length % 2 === 0 ? FRAME.length : length;
}

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FlowCollector } from '../../../src/capture/flows/collector.js';
import { COL } from '../../../src/capture/flows/strand-table.js';
import { TapReader, TapTable } from '../../../src/capture/flows/taps.js';
import { PacketBatch } from '../../../src/capture/read/batch.js';
import { ACK, PSH_ACK, SYN, ethernet, ipv4, tcp } from '../packets.js';

const FIN_ACK = 17;

/** A segment of one of a few connections, sent again with or without another IP identification, out of order, with or without data. */
interface Segment {
  readonly connection: number;
  readonly flags: number;
  readonly seq: number;
  readonly data: string;
  readonly id: number;
  readonly time: number;
}

const segment: fc.Arbitrary<Segment> = fc.record({
  connection: fc.nat({ max: 5 }),
  flags: fc.constantFrom(ACK, ACK, PSH_ACK, PSH_ACK, PSH_ACK, FIN_ACK, SYN),
  seq: fc.nat({ max: 40 }),
  data: fc.constantFrom('', 'a', 'abc'),
  id: fc.nat({ max: 3 }),
  time: fc.nat({ max: 5_000_000 }),
});

/** Collects segments in batches of a size. */
function collect(segments: readonly Segment[], size: number): readonly object[] {
  const collector = new FlowCollector();
  const reader = new TapReader(new TapTable(), {
    tapFor: () => ({ netns: 'host', iface: 'eth0', file: 'x.pcap' }),
    rule: () => undefined,
  });
  for (let at = 0; at < segments.length; at += size) {
    const batch = new PacketBatch();
    batch.interfaces.push({ linktype: 1, snaplen: 262144 });
    const parts: Buffer[] = [];
    let end = 0;
    for (const { connection, flags, seq, data, id, time } of segments.slice(at, at + size)) {
      const frame = ethernet(
        '02:42:ac:11:00:02',
        '02:42:ac:11:00:03',
        0x0800,
        ipv4('10.0.0.1', '10.0.0.2', 6, tcp(4000 + connection, 80, seq, 0, flags, data), { id }),
      );
      batch.add(0, end, frame.length, frame.length, Math.floor(time / 1e6), (time % 1e6) * 1000);
      parts.push(frame);
      end += frame.length;
    }
    batch.bytes = Buffer.concat(parts);
    collector.add(batch, reader);
  }
  const { strands } = collector;
  const origin = collector.epoch ?? 0;
  return Array.from({ length: strands.count }, (_, id) => ({
    port: strands.sport(id),
    packets: strands.get(id, COL.packets),
    bytes: strands.bytes(id),
    first: Math.round(origin * 1e6 + strands.first(id)),
    last: Math.round(origin * 1e6 + strands.last(id)),
    state: strands.get(id, COL.state) & 0xffff,
    retransmissions: strands.get(id, COL.retransmissions),
  }));
}

/** The same, one packet after the other, in the plainest way. */
function reference(segments: readonly Segment[]): readonly object[] {
  const all: Record<string, number>[] = [];
  const current = new Map<number, { shown: Record<string, number>; next: number; id: number; syn: number | undefined }>();
  for (const { connection, flags, seq, data, id, time } of segments) {
    let strand = current.get(connection);
    const syn = (flags & SYN) !== 0;
    if (strand === undefined || (syn && strand.syn !== seq)) {
      const shown = { port: 4000 + connection, packets: 0, bytes: 0, first: time, last: time, state: syn ? 1 << 8 : 0, retransmissions: 0 };
      strand = { shown, next: seq, id: -1, syn: syn ? seq : undefined };
      all.push(shown);
      current.set(connection, strand);
    }
    const { shown } = strand;
    shown['packets']!++;
    shown['bytes']! += 54 + data.length;
    shown['first'] = Math.min(shown['first']!, time);
    shown['last'] = Math.max(shown['last']!, time);
    shown['state']! |= flags | (data === '' ? 0 : 1 << 9);
    const taken = data.length + (syn ? 1 : 0) + (flags & 1);
    if (taken === 0) continue;
    if (seq + taken > strand.next) strand.next = seq + taken;
    else if (id !== strand.id) shown['retransmissions']!++;
    strand.id = id;
  }
  return all;
}

it('counts packets by the batch as it would one after the other', () => {
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 120 }), fc.constantFrom(1, 7, 2048), (segments, size) => {
      expect(collect(segments, size)).toEqual(reference(segments));
    }),
    { numRuns: 400 },
  );
});

import { decodePacket } from '../decode/link.js';
import { decodeIp } from '../decode/ip.js';
import { DecodedPacket, KIND, PROTO, TCP } from '../decode/packet.js';
import type { PacketBatch } from '../read/batch.js';
import { AddressTable } from './address-table.js';
import { countKnown, fetchStrands } from './count-known.js';
import { fingerprint, tcpPrint } from './fingerprint.js';
import { NOTE, NOTE_SHIFT, TAKE } from './note.js';
import { PacketNotes, portsOf } from './notes.js';
import type { Counting } from './notes.js';
import { COL, MARK, MOST_PRINTS, StrandTable, laneOf } from './strand-table.js';
import type { TapReader } from './taps.js';

/** Silence after which packets of the same ports are another conversation, in microseconds: conntrack's longest wait for UDP and ICMP. */
const IDLE = 180e6;

/** Takes packets of any number of captures and keeps of them what tells flows: memory grows with the flows, not with the packets. */
export class FlowCollector {
  readonly strands = new StrandTable();
  readonly addresses = new AddressTable();
  readonly counts: Counting = { packets: 0, other: 0, malformed: 0, control: 0, strayFragments: 0, strayErrors: 0 };
  /** Second that times count from: that of the first packet. */
  epoch: number | undefined;
  private readonly notes = new PacketNotes(this.addresses, this.counts);
  /** A packet that is looked at once more, and one that an ICMP error quotes. */
  private readonly packet = new DecodedPacket();
  private readonly quoted = new DecodedPacket();

  /** Adds a batch. @param reader tells which interface each packet was seen at. */
  add(batch: PacketBatch, reader: TapReader): void {
    const { notes, strands } = this;
    if (batch.count > 0) this.epoch ??= batch.seconds[0]!;
    const epoch = this.epoch ?? 0;
    notes.take(batch, reader);
    const { rows, count } = notes;
    fetchStrands(strands, rows, count);
    for (let n = 0; (n = countKnown(strands, rows, n, count, batch, epoch)) < count; n++) {
      const row = n << NOTE_SHIFT;
      const i = rows[row + NOTE.index]!;
      if (rows[row + NOTE.kind] === TAKE.error) this.error(batch, i, rows[row + NOTE.lane]!);
      else this.take(batch, rows, row, (batch.seconds[i]! - epoch) * 1e6 + batch.nanos[i]! / 1000, batch.original[i]!);
    }
  }

  private take(batch: PacketBatch, rows: Int32Array, row: number, time: number, bytes: number): void {
    const { strands } = this;
    const kind = rows[row + NOTE.kind]!;
    const slot = strands.slotOfNote(rows, row);
    let id = strands.slots[slot]! - 1;
    if (id < 0 || this.begins(id, rows, row, time)) {
      id = strands.begin(slot, rows, row, time, bytes);
      strands.set(id, COL.state, stateAtFirst(rows, row));
    } else strands.count1(id, time, bytes);
    if (kind === TAKE.fragment) return;
    if (kind === TAKE.tcp)
      strands.follow(id, rows[row + NOTE.flags]!, rows[row + NOTE.seq]!, rows[row + NOTE.length]!, rows[row + NOTE.ipId]!);
    if (strands.printCount(id) < MOST_PRINTS) this.print(id, batch, rows, row);
  }

  /** @returns whether a packet of known addresses and ports is the first of another connection. */
  private begins(id: number, rows: Int32Array, row: number, time: number): boolean {
    const { strands } = this;
    if (!isTcp(rows, row)) return time - strands.last(id) > IDLE;
    if (!(rows[row + NOTE.flags]! & TCP.syn)) return false;
    return !strands.has(id, MARK.syn) || strands.get(id, COL.seq) !== rows[row + NOTE.seq];
  }

  private print(id: number, batch: PacketBatch, rows: Int32Array, row: number): void {
    const print = isTcp(rows, row)
      ? tcpPrint(rows[row + NOTE.flags]!, rows[row + NOTE.seq]!, rows[row + NOTE.ack]!, rows[row + NOTE.length]!)
      : fingerprint(this.again(batch, rows[row + NOTE.index]!));
    if (print !== 0) this.strands.addPrint(id, print);
  }

  /** @returns a packet of the batch that was noted: few are needed again. */
  private again(batch: PacketBatch, index: number): DecodedPacket {
    const { packet } = this;
    const at = batch.at[index]!;
    packet.bytes = batch.bytes;
    decodePacket(packet, batch.interfaces[batch.iface[index]!]!.linktype, at, at + batch.captured[index]!);
    return packet;
  }

  /** Notes an ICMP error at the strand of the packet that it quotes. */
  private error(batch: PacketBatch, index: number, lane: number): void {
    const { quoted, strands, addresses } = this;
    const packet = this.again(batch, index);
    quoted.bytes = packet.bytes;
    quoted.family = 0;
    quoted.kind = KIND.other;
    quoted.quotedAt = -1;
    quoted.vni = 0;
    decodeIp(quoted, packet.quotedAt, packet.end);
    const by = addresses.id(packet.bytes, packet.srcAt, packet.family);
    let found = -1;
    if (quoted.family !== 0) {
      const src = addresses.id(quoted.bytes, quoted.srcAt, quoted.family);
      const dst = addresses.id(quoted.bytes, quoted.dstAt, quoted.family);
      const ports = portsOf(quoted);
      for (let way = 0; way < 3 && found < 0; way++) found = strands.find(src, dst, ports, laneOf(quoted.protocol, way, lane >>> 10));
    }
    if (found < 0) this.counts.strayErrors++;
    else if (!strands.errors.has(found)) strands.errors.set(found, { type: packet.icmpType, code: packet.icmpCode, by });
  }
}

/** @returns the state that a strand's first packet leaves it in; TCP's flags are seen to by `follow`. */
function stateAtFirst(rows: Int32Array, row: number): number {
  const flags = rows[row + NOTE.flags]!;
  if (!isTcp(rows, row)) return flags;
  if (flags & TCP.syn) return MARK.syn | (flags & TCP.ack ? MARK.answer : 0);
  return flags & TCP.rst && rows[row + NOTE.seq] === 0 ? MARK.refusal : 0;
}

function isTcp(rows: Int32Array, row: number): boolean {
  return (rows[row + NOTE.lane]! & 0xff) === PROTO.tcp;
}

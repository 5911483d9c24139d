import type { CaptureCounts } from '../../model/capture.js';
import { decodePacket } from '../decode/link.js';
import { DecodedPacket, KIND, PROTO } from '../decode/packet.js';
import { isEchoRequest, isIcmpControl } from '../decode/transport.js';
import { BATCH_SIZE } from '../read/batch.js';
import type { PacketBatch } from '../read/batch.js';
import type { AddressTable } from './address-table.js';
import { FragmentTable } from './fragments.js';
import { notePlain } from './note-plain.js';
import { NOTE, NOTE_SHIFT, TAKE } from './note.js';
import { MARK, laneOf } from './strand-table.js';
import type { TapReader } from './taps.js';

export type Counting = { -readonly [Key in keyof CaptureCounts]: CaptureCounts[Key] };

/** Where ports have a port, an echo has its identifier at the client's end and this at the server's: it may have one address at both. */
const ECHO_SERVER = 8;

/** @returns ports, or what stands for them, in one number. */
export function portsOf(packet: DecodedPacket): number {
  const { protocol, echoId } = packet;
  if (isIcmp(protocol)) return isEchoRequest(protocol, packet.icmpType) ? (echoId << 16) | ECHO_SERVER : (ECHO_SERVER << 16) | echoId;
  return (packet.sport << 16) | packet.dport;
}

function isIcmp(protocol: number): boolean {
  return protocol === PROTO.icmp || protocol === PROTO.icmpv6;
}

/**
 * What counting needs of the packets of a batch, one row of numbers for each that counts. A batch is noted first and counted then: so that the
 * strands of all its packets can be fetched from memory together.
 */
export class PacketNotes {
  count = 0;
  readonly rows = new Int32Array(BATCH_SIZE << NOTE_SHIFT);
  private readonly packet = new DecodedPacket();
  private readonly fragments = new FragmentTable();

  constructor(
    private readonly addresses: AddressTable,
    private readonly counts: Counting,
  ) {}

  /** Notes a batch, and no longer what was noted before. @param reader tells which interface each packet was seen at. */
  take(batch: PacketBatch, reader: TapReader): void {
    const { packet, counts } = this;
    this.count = 0;
    packet.bytes = batch.bytes;
    counts.packets += batch.count;
    const view = new DataView(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength);
    for (let i = 0; ; i++) {
      const next = notePlain(this.rows, this.addresses, batch, reader, view, i, i - this.count);
      this.count += next - i;
      i = next;
      if (i === batch.count) return;
      const at = batch.at[i]!;
      const iface = batch.iface[i]!;
      decodePacket(packet, batch.interfaces[iface]!.linktype, at, at + batch.captured[i]!);
      if (packet.kind === KIND.other) counts.other++;
      else if (packet.kind === KIND.malformed) counts.malformed++;
      else this.note(i, reader.tapOf(packet, iface));
    }
  }

  private note(index: number, tap: number): void {
    const { packet, addresses } = this;
    const { protocol, family, bytes } = packet;
    let kind: number = protocol === PROTO.tcp ? TAKE.tcp : TAKE.datagram;
    let flags = kind === TAKE.tcp ? packet.flags : isIcmp(protocol) && isEchoRequest(protocol, packet.icmpType) ? MARK.request : 0;
    let ports = 0;
    if (packet.quotedAt >= 0) kind = TAKE.error;
    else if (packet.fragmentOffset === 0 && isIcmpControl(protocol, packet.icmpType)) {
      this.counts.control++;
      return;
    } else ports = portsOf(packet);
    const src = addresses.id(bytes, packet.srcAt, family);
    const dst = addresses.id(bytes, packet.dstAt, family);
    if (packet.fragmentOffset > 0) {
      const known = this.fragments.find(src, dst, protocol, packet.ipId);
      if (known === undefined) {
        this.counts.strayFragments++;
        return;
      }
      kind = TAKE.fragment;
      ports = known;
      flags = isIcmp(protocol) && (ports & 0xffff) === ECHO_SERVER ? MARK.request : 0;
    } else if (packet.moreFragments && kind !== TAKE.error) this.fragments.add(src, dst, protocol, packet.ipId, ports);
    const { rows } = this;
    const row = this.count++ << NOTE_SHIFT;
    rows[row + NOTE.index] = index;
    rows[row + NOTE.src] = src;
    rows[row + NOTE.dst] = dst;
    rows[row + NOTE.ports] = ports;
    rows[row + NOTE.lane] = laneOf(protocol, packet.way, tap);
    rows[row + NOTE.kind] = kind;
    rows[row + NOTE.flags] = flags;
    rows[row + NOTE.seq] = packet.seq;
    rows[row + NOTE.ack] = packet.ack;
    rows[row + NOTE.length] = packet.payloadLength;
    rows[row + NOTE.ipId] = packet.ipId;
  }
}

import { LINK } from '../decode/link.js';
import { PROTO, WAY } from '../decode/packet.js';
import { PLAIN, plainTcpLength } from '../decode/plain-tcp.js';
import type { PacketBatch } from '../read/batch.js';
import type { AddressTable } from './address-table.js';
import { NOTE, NOTE_SHIFT, TAKE } from './note.js';
import { laneOf } from './strand-table.js';
import type { TapReader } from './taps.js';

const TCP_FLAGS = 0x3f;

/**
 * Notes packets of plain TCP, which most are, one after the other.
 * @param view on the batch's bytes.
 * @param from the first packet to note.
 * @param shift how far a packet's note lies before the packet's own number, since some before it have none.
 * @returns the first packet that is another one, which is not noted; the batch's count where there is none.
 */
export function notePlain(
  rows: Int32Array,
  addresses: AddressTable,
  batch: PacketBatch,
  reader: TapReader,
  view: DataView,
  from: number,
  shift: number,
): number {
  const { at: begins, captured, iface: ifaces, count, interfaces } = batch;
  let iface = -1;
  let lane = -1;
  for (let i = from; i < count; i++) {
    if (ifaces[i] !== iface) {
      iface = ifaces[i]!;
      const tap = interfaces[iface]!.linktype === LINK.ethernet ? reader.plainTapOf(iface) : -1;
      lane = tap < 0 ? -1 : laneOf(PROTO.tcp, WAY.unknown, tap);
    }
    const at = begins[i]!;
    const length = lane < 0 ? -1 : plainTcpLength(view, at, at + captured[i]!);
    if (length < 0) return i;
    const row = (i - shift) << NOTE_SHIFT;
    rows[row + NOTE.index] = i;
    rows[row + NOTE.src] = addresses.idOf4(view.getInt32(at + PLAIN.src));
    rows[row + NOTE.dst] = addresses.idOf4(view.getInt32(at + PLAIN.dst));
    rows[row + NOTE.ports] = view.getInt32(at + PLAIN.ports);
    rows[row + NOTE.lane] = lane;
    rows[row + NOTE.kind] = TAKE.tcp;
    rows[row + NOTE.flags] = view.getUint8(at + PLAIN.flags) & TCP_FLAGS;
    rows[row + NOTE.seq] = view.getInt32(at + PLAIN.seq);
    rows[row + NOTE.ack] = view.getInt32(at + PLAIN.ack);
    rows[row + NOTE.length] = length;
    rows[row + NOTE.ipId] = view.getUint16(at + PLAIN.ipId);
  }
  return count;
}

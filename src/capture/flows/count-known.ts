import { TCP } from '../decode/packet.js';
import type { PacketBatch } from '../read/batch.js';
import { tcpPrint } from './fingerprint.js';
import { NOTE, NOTE_SHIFT, TAKE } from './note.js';
import { COL, INTS, IN_PIECE, MARK, MOST_PRINTS, PIECE, PRINTS_SHIFT, WIDE, WIDES, hashOf } from './strand-table.js';
import type { StrandTable } from './strand-table.js';

const STEP = 1 << NOTE_SHIFT;
const LAST_OF_ROW = (1 << INTS) - 1;

/**
 * Hashes the keys of noted packets, and sees to it that their strands are at hand when they are counted: a processor fetches many rows of a large
 * table from memory at once where one does not wait for the other.
 * @returns nothing of use; it depends on all that was fetched, so that no compiler leaves it out.
 */
export function fetchStrands({ slots, ints }: StrandTable, notes: Int32Array, count: number): number {
  const mask = slots.length - 1;
  const end = count << NOTE_SHIFT;
  for (let note = 0; note < end; note += STEP)
    notes[note + NOTE.hash] = hashOf(notes[note + NOTE.src]!, notes[note + NOTE.dst]!, notes[note + NOTE.ports]!, notes[note + NOTE.lane]!);
  for (let note = 0; note < end; note += STEP) notes[note + NOTE.near] = slots[notes[note + NOTE.hash]! & mask]!;
  let fetched = 0;
  for (let note = 0; note < end; note += STEP) {
    const near = notes[note + NOTE.near]! - 1;
    if (near < 0) continue;
    const piece = ints[near >> PIECE]!;
    const at = (near & IN_PIECE) << INTS;
    // a row may lie in two lines of the cache
    fetched ^= piece[at]! ^ piece[at + LAST_OF_ROW]!;
  }
  return fetched;
}

/**
 * Counts packets of TCP strands that go on, which most packets are of: all that `FlowCollector` does with such a one, without a call.
 * @param from the first note to count.
 * @returns the first note that is of another kind, which is not counted; `count` where there is none.
 */
export function countKnown(
  strands: StrandTable,
  notes: Int32Array,
  from: number,
  count: number,
  batch: PacketBatch,
  epoch: number,
): number {
  const { slots, ints, wides } = strands;
  const { seconds, nanos, original } = batch;
  const mask = slots.length - 1;
  for (let n = from; n < count; n++) {
    const note = n << NOTE_SHIFT;
    const flags = notes[note + NOTE.flags]!;
    if (notes[note + NOTE.kind] !== TAKE.tcp || (flags & TCP.syn) !== 0) return n;
    const src = notes[note + NOTE.src]!;
    const dst = notes[note + NOTE.dst]!;
    const ports = notes[note + NOTE.ports]!;
    const lane = notes[note + NOTE.lane]!;
    let slot = notes[note + NOTE.hash]! & mask;
    let id: number;
    let row: Int32Array;
    let at: number;
    for (;;) {
      id = slots[slot]! - 1;
      if (id < 0) return n;
      row = ints[id >> PIECE]!;
      at = (id & IN_PIECE) << INTS;
      if (row[at + COL.src] === src && row[at + COL.dst] === dst && row[at + COL.ports] === ports && row[at + COL.lane] === lane) break;
      slot = (slot + 1) & mask;
    }
    const state = row[at + COL.state]!;
    const length = notes[note + NOTE.length]!;
    row[at + COL.state] = state | flags | (length > 0 ? MARK.data : 0);
    row[at + COL.packets]!++;
    const taken = length + (flags & TCP.fin);
    const seq = notes[note + NOTE.seq]!;
    if (taken > 0) {
      const next = (seq + taken) | 0;
      const ipId = notes[note + NOTE.ipId]!;
      if (((next - row[at + COL.next]!) | 0) > 0) row[at + COL.next] = next;
      else if (ipId !== row[at + COL.ipId]) row[at + COL.retransmissions]!++;
      row[at + COL.ipId] = ipId;
    }
    const i = notes[note + NOTE.index]!;
    const time = (seconds[i]! - epoch) * 1e6 + nanos[i]! / 1000;
    const wide = wides[id >> PIECE]!;
    const wideAt = (id & IN_PIECE) << WIDES;
    if (time < wide[wideAt + WIDE.first]!) wide[wideAt + WIDE.first] = time;
    if (time > wide[wideAt + WIDE.last]!) wide[wideAt + WIDE.last] = time;
    wide[wideAt + WIDE.bytes]! += original[i]!;
    if (state >>> PRINTS_SHIFT < MOST_PRINTS) {
      const print = tcpPrint(flags, seq, notes[note + NOTE.ack]!, length);
      if (print !== 0) strands.addPrint(id, print);
    }
  }
  return count;
}

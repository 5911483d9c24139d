import { TCP } from '../decode/packet.js';
import * as COL from '../numbers/col.js';
import * as MARK from '../numbers/mark.js';
import * as WIDE from '../numbers/wide.js';
import { finish, mix } from './hash.js';
import { NOTE } from './note.js';

export * as COL from '../numbers/col.js';
export * as MARK from '../numbers/mark.js';
export * as WIDE from '../numbers/wide.js';

/** Where the number of fingerprints stands in `state`. */
export const PRINTS_SHIFT = 16;
export const MOST_PRINTS = 3;

/** Rows of a piece, as a power of two, and the bits of a row's number within it. */
export const PIECE = 13;
export const IN_PIECE = (1 << PIECE) - 1;
/** 32-bit and 64-bit numbers of a row, as powers of two. */
export const INTS = 4;
export const WIDES = 3;
/** What few packets need has rows of its own, of so many numbers. */
const RARE = 2;
/** What the first packet acknowledged, then the fingerprints. */
const ACK = 0;
const PRINTS = 1;

/** @returns a protocol, the way of a packet between two ends, and the place where it was seen, as one number. */
export function laneOf(protocol: number, way: number, tap: number): number {
  return protocol | (way << 8) | (tap << 10);
}

export const protocolOf = (lane: number): number => lane & 0xff;
export const wayOf = (lane: number): number => (lane >> 8) & 3;
export const tapOf = (lane: number): number => lane >>> 10;

/** An ICMP error about a strand's packets. */
export interface StrandError {
  readonly type: number;
  readonly code: number;
  /** Who sent it, as an address number. */
  readonly by: number;
}

/** Open-addressing table of strands by direction, addresses, ports and interface. Times are microseconds. */
export class StrandTable {
  count = 0;
  /** The first one about each strand that has any: few have. */
  readonly errors = new Map<number, StrandError>();
  /** Rows in pieces: a table that doubles would hold every row twice while it is copied. */
  readonly ints: Int32Array[] = [];
  /** The same rows, for what they hold of 64-bit numbers. */
  readonly wides: Float64Array[] = [];
  /** Strands by the hash of their key, each one higher than its number. */
  slots = new Int32Array(1 << 17);
  private readonly rare: Int32Array[] = [];

  /** @returns the latest strand of the key, or -1. */
  find(src: number, dst: number, ports: number, lane: number): number {
    return this.slots[this.slotOf(src, dst, ports, lane)]! - 1;
  }

  /** @returns where in `slots` the latest strand of a note's key is, or where it belongs. The note's hash is known. */
  slotOfNote(notes: Int32Array, note: number): number {
    const src = notes[note + NOTE.src]!;
    const dst = notes[note + NOTE.dst]!;
    return this.slotFrom(notes[note + NOTE.hash]!, src, dst, notes[note + NOTE.ports]!, notes[note + NOTE.lane]!);
  }

  /**
   * Makes a strand of a note, its first packet; one of the same key stays in the table but is found no more.
   * @param slot where it belongs, by `slotOfNote`.
   */
  begin(slot: number, notes: Int32Array, note: number, time: number, bytes: number): number {
    const id = this.count++;
    if (id >> PIECE === this.ints.length) this.grow();
    const row = this.ints[id >> PIECE]!;
    const at = (id & IN_PIECE) << INTS;
    row[at + COL.src] = notes[note + NOTE.src]!;
    row[at + COL.dst] = notes[note + NOTE.dst]!;
    row[at + COL.ports] = notes[note + NOTE.ports]!;
    row[at + COL.lane] = notes[note + NOTE.lane]!;
    row[at + COL.packets] = 1;
    row[at + COL.seq] = row[at + COL.next] = notes[note + NOTE.seq]!;
    row[at + COL.ipId] = -1;
    const wide = this.wides[id >> PIECE]!;
    const wideAt = (id & IN_PIECE) << WIDES;
    wide[wideAt + WIDE.first] = wide[wideAt + WIDE.last] = time;
    wide[wideAt + WIDE.bytes] = bytes;
    this.rare[id >> PIECE]![((id & IN_PIECE) << RARE) + ACK] = notes[note + NOTE.ack]!;
    this.slots[slot] = id + 1;
    if (this.count * 2 > this.slots.length) this.rehash();
    return id;
  }

  /** Gives back the memory that looking strands up needs: no more packets are to come. */
  close(): void {
    this.slots = new Int32Array(0);
  }

  get(id: number, column: number): number {
    return this.ints[id >> PIECE]![((id & IN_PIECE) << INTS) + column]!;
  }

  set(id: number, column: number, value: number): void {
    this.ints[id >> PIECE]![((id & IN_PIECE) << INTS) + column] = value;
  }

  /** Counts a packet. */
  count1(id: number, time: number, bytes: number): void {
    const wides = this.wides[id >> PIECE]!;
    const at = (id & IN_PIECE) << WIDES;
    this.ints[id >> PIECE]![((id & IN_PIECE) << INTS) + COL.packets]!++;
    if (time < wides[at + WIDE.first]!) wides[at + WIDE.first] = time;
    if (time > wides[at + WIDE.last]!) wides[at + WIDE.last] = time;
    wides[at + WIDE.bytes]! += bytes;
  }

  /**
   * Follows TCP's sequence numbers. The same packet seen again at one interface bears the same IP identification; one sent again has another.
   * @param length of the payload.
   */
  follow(id: number, flags: number, seq: number, length: number, ipId: number): void {
    const ints = this.ints[id >> PIECE]!;
    const at = (id & IN_PIECE) << INTS;
    ints[at + COL.state]! |= flags | (length > 0 ? MARK.data : 0);
    const taken = length + ((flags & TCP.syn) >> 1) + (flags & TCP.fin);
    if (taken === 0) return;
    const next = (seq + taken) | 0;
    if (((next - ints[at + COL.next]!) | 0) > 0) ints[at + COL.next] = next;
    else if (ipId !== ints[at + COL.ipId]) ints[at + COL.retransmissions]!++;
    ints[at + COL.ipId] = ipId;
  }

  first(id: number): number {
    return this.wide(id, WIDE.first);
  }

  last(id: number): number {
    return this.wide(id, WIDE.last);
  }

  bytes(id: number): number {
    return this.wide(id, WIDE.bytes);
  }

  /** @returns what the first packet acknowledged. */
  ack(id: number): number {
    return this.rare[id >> PIECE]![((id & IN_PIECE) << RARE) + ACK]!;
  }

  protocol(id: number): number {
    return protocolOf(this.get(id, COL.lane));
  }

  way(id: number): number {
    return wayOf(this.get(id, COL.lane));
  }

  tap(id: number): number {
    return tapOf(this.get(id, COL.lane));
  }

  sport(id: number): number {
    return this.get(id, COL.ports) >>> 16;
  }

  dport(id: number): number {
    return this.get(id, COL.ports) & 0xffff;
  }

  has(id: number, bits: number): boolean {
    return (this.get(id, COL.state) & bits) !== 0;
  }

  printCount(id: number): number {
    return this.get(id, COL.state) >>> PRINTS_SHIFT;
  }

  print(id: number, index: number): number {
    return this.rare[id >> PIECE]![((id & IN_PIECE) << RARE) + PRINTS + index]!;
  }

  /** Adds a fingerprint of a packet; the caller asks `printCount` for room first. */
  addPrint(id: number, print: number): void {
    const row = this.ints[id >> PIECE]!;
    const at = ((id & IN_PIECE) << INTS) + COL.state;
    this.rare[id >> PIECE]![((id & IN_PIECE) << RARE) + PRINTS + (row[at]! >>> PRINTS_SHIFT)] = print;
    row[at]! += 1 << PRINTS_SHIFT;
  }

  private slotOf(src: number, dst: number, ports: number, lane: number): number {
    return this.slotFrom(hashOf(src, dst, ports, lane), src, dst, ports, lane);
  }

  private slotFrom(hash: number, src: number, dst: number, ports: number, lane: number): number {
    const { ints, slots } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot]! - 1;
      if (id < 0) return slot;
      const piece = ints[id >> PIECE]!;
      const at = (id & IN_PIECE) << INTS;
      if (piece[at] === src && piece[at + 1] === dst && piece[at + 2] === ports && piece[at + 3] === lane) return slot;
    }
  }

  private grow(): void {
    const ints = new Int32Array(1 << (PIECE + INTS));
    this.ints.push(ints);
    this.wides.push(new Float64Array(ints.buffer));
    this.rare.push(new Int32Array(1 << (PIECE + RARE)));
  }

  private wide(id: number, column: number): number {
    return this.wides[id >> PIECE]![((id & IN_PIECE) << WIDES) + column]!;
  }

  /** Only the latest strand of each key is in the slots, so that none has to be compared with another. */
  private rehash(): void {
    const { ints, slots: old } = this;
    const slots = new Int32Array(old.length * 2);
    const mask = slots.length - 1;
    for (let i = 0; i < old.length; i++) {
      const one = old[i]!;
      if (one === 0) continue;
      const row = ints[(one - 1) >> PIECE]!;
      const at = ((one - 1) & IN_PIECE) << INTS;
      let slot = hashOf(row[at + COL.src]!, row[at + COL.dst]!, row[at + COL.ports]!, row[at + COL.lane]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = one;
    }
    this.slots = slots;
  }
}

/** @returns the hash of a strand's key. */
export function hashOf(src: number, dst: number, ports: number, lane: number): number {
  return finish(mix(mix(mix(src, dst), ports), lane));
}

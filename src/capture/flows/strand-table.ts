import { finish, mix } from './hash.js';

/**
 * A strand: the packets of one direction of one connection at one interface. Strands are rows of numbers, since a capture may hold very many.
 * Names of the 32-bit columns:
 */
export const COL = {
  src: 0,
  dst: 1,
  /** Source port in the upper half, destination port in the lower; an ICMP echo has its identifier at the client's end. */
  ports: 2,
  /** Protocol in bits 0-7, way in 8-9, tap from 10 on. */
  lane: 3,
  packets: 4,
  /** TCP sequence number of the first packet, and what it acknowledged. */
  seq: 5,
  ack: 6,
  /** The sequence number after the last byte seen. */
  next: 7,
  /** TCP flags seen in bits 0-5, and the bits of MARK. */
  state: 8,
  retransmissions: 9,
  ipId: 10,
  prints: 11,
} as const;

/** Bits of the `state` column: the first packet had SYN, some packet had data, an echo request, the first packet had SYN and ACK, a reset, the first packet is a reset that refuses one. */
export const MARK = { syn: 1 << 8, data: 1 << 9, request: 1 << 10, answer: 1 << 11, refusal: 1 << 12, reset: 4 } as const;
/** Where the number of fingerprints stands in `state`. */
const PRINTS_SHIFT = 16;
export const MOST_PRINTS = 3;

const INTS = 14;
/** Rows of a piece, as a power of two, and the bits of a row's number within it. */
const PIECE = 13;
const IN_PIECE = (1 << PIECE) - 1;
const TIMES = 3;

export function laneOf(protocol: number, way: number, tap: number): number {
  return protocol | (way << 8) | (tap << 10);
}

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
  private readonly ints: Int32Array[] = [];
  private readonly times: Float64Array[] = [];
  private slots = new Int32Array(16384);

  /** @returns the latest strand of the key, or -1. */
  find(src: number, dst: number, ports: number, lane: number): number {
    return this.slots[this.slotOf(src, dst, ports, lane)]! - 1;
  }

  /** Makes a strand; one of the same key stays in the table but is found no more. */
  add(src: number, dst: number, ports: number, lane: number, time: number): number {
    const id = this.count++;
    if (id >> PIECE === this.ints.length) this.grow();
    const ints = this.ints[id >> PIECE]!;
    const times = this.times[id >> PIECE]!;
    const at = (id & IN_PIECE) * INTS;
    ints[at] = src;
    ints[at + 1] = dst;
    ints[at + 2] = ports;
    ints[at + 3] = lane;
    const timesAt = (id & IN_PIECE) * TIMES;
    times[timesAt] = time;
    times[timesAt + 1] = time;
    this.slots[this.slotOf(src, dst, ports, lane)] = id + 1;
    if (this.count * 2 > this.slots.length) this.rehash();
    return id;
  }

  /** Gives back the memory that looking strands up needs: no more packets are to come. */
  close(): void {
    this.slots = new Int32Array(0);
  }

  get(id: number, column: number): number {
    return this.ints[id >> PIECE]![(id & IN_PIECE) * INTS + column]!;
  }

  set(id: number, column: number, value: number): void {
    this.ints[id >> PIECE]![(id & IN_PIECE) * INTS + column] = value;
  }

  /** Counts a packet. */
  count1(id: number, time: number, bytes: number): void {
    const times = this.times[id >> PIECE]!;
    const at = (id & IN_PIECE) * TIMES;
    this.ints[id >> PIECE]![(id & IN_PIECE) * INTS + COL.packets]!++;
    if (time < times[at]!) times[at] = time;
    if (time > times[at + 1]!) times[at + 1] = time;
    times[at + 2]! += bytes;
  }

  first(id: number): number {
    return this.times[id >> PIECE]![(id & IN_PIECE) * TIMES]!;
  }

  last(id: number): number {
    return this.times[id >> PIECE]![(id & IN_PIECE) * TIMES + 1]!;
  }

  bytes(id: number): number {
    return this.times[id >> PIECE]![(id & IN_PIECE) * TIMES + 2]!;
  }

  protocol(id: number): number {
    return this.get(id, COL.lane) & 0xff;
  }

  way(id: number): number {
    return (this.get(id, COL.lane) >> 8) & 3;
  }

  tap(id: number): number {
    return this.get(id, COL.lane) >>> 10;
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
    return this.get(id, COL.prints + index);
  }

  /** Adds a fingerprint of a packet; the caller asks `printCount` for room first. */
  addPrint(id: number, print: number): void {
    this.set(id, COL.prints + this.printCount(id), print);
    this.set(id, COL.state, this.get(id, COL.state) + (1 << PRINTS_SHIFT));
  }

  private slotOf(src: number, dst: number, ports: number, lane: number): number {
    const { ints, slots } = this;
    const mask = slots.length - 1;
    for (let slot = finish(mix(mix(mix(src, dst), ports), lane)) & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot]! - 1;
      if (id < 0) return slot;
      const piece = ints[id >> PIECE]!;
      const at = (id & IN_PIECE) * INTS;
      if (piece[at] === src && piece[at + 1] === dst && piece[at + 2] === ports && piece[at + 3] === lane) return slot;
    }
  }

  private grow(): void {
    this.ints.push(new Int32Array(INTS << PIECE));
    this.times.push(new Float64Array(TIMES << PIECE));
  }

  /** Later strands of a key take the slot of earlier ones, as they did when they were added. */
  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    for (let id = 0; id < this.count; id++)
      this.slots[this.slotOf(this.get(id, COL.src), this.get(id, COL.dst), this.get(id, COL.ports), this.get(id, COL.lane))] = id + 1;
  }
}

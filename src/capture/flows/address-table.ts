import type { Ip } from '../../address/ip.js';
import { i32 } from '../decode/packet.js';
import { finish, mix } from './hash.js';

const WORDS = 4;

/** Gives every address a small number, so that flows are told apart by comparing numbers. */
export class AddressTable {
  private words = new Int32Array(WORDS * 1024);
  private families = new Uint8Array(1024);
  private slots = new Int32Array(4096);
  private count = 0;

  /** @returns the number of the address that begins at `at`. */
  id(bytes: Uint8Array, at: number, family: number): number {
    const a = i32(bytes, at);
    if (family === 4) return this.idOf4(a);
    return this.idOf6(a, i32(bytes, at + 4), i32(bytes, at + 8), i32(bytes, at + 12));
  }

  /** @returns the number of an IPv4 address, given as a signed number. */
  idOf4(address: number): number {
    const { words, families, slots } = this;
    const mask = slots.length - 1;
    // the words behind an IPv4 address are 0
    for (let slot = finish(address) & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot]! - 1;
      if (id < 0) return this.insert(slot, 4, address, 0, 0, 0);
      if (words[id * WORDS] === address && families[id] === 4) return id;
    }
  }

  /** @returns the address behind a number. */
  ip(id: number): Ip {
    const at = id * WORDS;
    if (this.families[id] === 4) return this.words[at]! >>> 0;
    let ip = 0n;
    for (let i = 0; i < WORDS; i++) ip = (ip << 32n) | BigInt(this.words[at + i]! >>> 0);
    return ip;
  }

  /** @returns whether an address means its own machine: 127.0.0.0/8 or ::1. */
  isLoopback(id: number): boolean {
    const ip = this.ip(id);
    return typeof ip === 'number' ? ip >>> 24 === 127 : ip === 1n;
  }

  private idOf6(a: number, b: number, c: number, d: number): number {
    const { words, families, slots } = this;
    const mask = slots.length - 1;
    const hash = finish(mix(mix(mix(a, b), c), d));
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot]! - 1;
      if (id < 0) return this.insert(slot, 6, a, b, c, d);
      const at = id * WORDS;
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d && families[id] === 6) return id;
    }
  }

  private insert(slot: number, family: number, a: number, b: number, c: number, d: number): number {
    const id = this.count++;
    if (id >= this.families.length) this.grow();
    this.words.set([a, b, c, d], id * WORDS);
    this.families[id] = family;
    this.slots[slot] = id + 1;
    if (this.count * 2 > this.slots.length) this.rehash();
    return id;
  }

  private grow(): void {
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    const families = new Uint8Array(this.families.length * 2);
    families.set(this.families);
    this.families = families;
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 0; id < this.count; id++) {
      const [a = 0, b = 0, c = 0, d = 0] = this.words.subarray(id * WORDS, id * WORDS + WORDS);
      let slot = (this.families[id] === 4 ? finish(a) : finish(mix(mix(mix(a, b), c), d))) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.slots = slots;
  }
}

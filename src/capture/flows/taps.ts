import type { NetnsName } from '../../model/netns.js';
import { WAY, i32, u16 } from '../decode/packet.js';
import type { DecodedPacket } from '../decode/packet.js';

/** A place where packets were captured: one interface of one file. */
export interface Tap {
  /** `host`, a container, or the file's own name where nobody says. */
  readonly netns: NetnsName;
  /** Empty where the capture does not tell. */
  readonly iface: string;
  readonly file: string;
}

/** Ethernet addresses that tell which way a frame goes at a tap. */
export interface MacRule {
  /** Frames from these leave by the interface. */
  readonly own: ReadonlySet<number>;
  /** Frames from these come in by it. */
  readonly far: ReadonlySet<number>;
  /** What the rest does. */
  readonly rest: 'in' | 'out' | 'by-destination';
}

/** Every tap of a run, by number. */
export class TapTable {
  readonly taps: Tap[] = [];

  add(tap: Tap): number {
    this.taps.push(tap);
    return this.taps.length - 1;
  }
}

/** @returns an Ethernet address as a number. */
export function macNumber(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 0x100000000 + (i32(bytes, at + 2) >>> 0);
}

/** @returns the number of `02:42:ac:11:00:02`, or undefined where the text is no such address. */
export function parseMac(text: string): number | undefined {
  return /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text) ? Number.parseInt(text.replaceAll(':', ''), 16) : undefined;
}

/** How one file's packets find their tap. */
export interface TapNaming {
  /** @returns the tap of an interface of the file; `ifindex` is that of a cooked capture, or 0. */
  tapFor(iface: number, ifindex: number): Tap;
  /** @returns how addresses tell the direction at a tap, where they do. */
  rule(tap: Tap): MacRule | undefined;
}

/** Tells the tap of each packet of one file, and the direction where the addresses show it. */
export class TapReader {
  private readonly numbers = new Map<number, number>();
  private readonly rules = new Map<number, MacRule>();
  private lastKey = -1;
  private lastTap = 0;
  private lastRule: MacRule | undefined;

  constructor(
    private readonly table: TapTable,
    private readonly naming: TapNaming,
  ) {}

  /** @returns the packet's tap; sets its `way` where Ethernet addresses tell it. */
  tapOf(packet: DecodedPacket, iface: number): number {
    const key = iface * 0x100000000 + (packet.ifindex >>> 0);
    if (key !== this.lastKey) this.turnTo(key, iface, packet.ifindex);
    if (packet.way === WAY.unknown && this.lastRule && packet.srcMacAt >= 0 && packet.vni < 0) packet.way = wayOf(packet, this.lastRule);
    return this.lastTap;
  }

  /** @returns the tap of the packets of an interface that is not cooked and whose Ethernet addresses tell no direction; else -1. */
  plainTapOf(iface: number): number {
    const key = iface * 0x100000000;
    if (key !== this.lastKey) this.turnTo(key, iface, 0);
    return this.lastRule ? -1 : this.lastTap;
  }

  private turnTo(key: number, iface: number, ifindex: number): void {
    let number = this.numbers.get(key);
    if (number === undefined) {
      const tap = this.naming.tapFor(iface, ifindex);
      number = this.table.add(tap);
      this.numbers.set(key, number);
      const rule = this.naming.rule(tap);
      if (rule) this.rules.set(number, rule);
    }
    this.lastKey = key;
    this.lastTap = number;
    this.lastRule = this.rules.get(number);
  }
}

function wayOf(packet: DecodedPacket, rule: MacRule): number {
  const source = macNumber(packet.bytes, packet.srcMacAt);
  if (rule.own.has(source)) return WAY.out;
  if (rule.far.has(source)) return WAY.in;
  if (rule.rest !== 'by-destination') return rule.rest === 'in' ? WAY.in : WAY.out;
  return packet.dstMacAt >= 0 && rule.own.has(macNumber(packet.bytes, packet.dstMacAt)) ? WAY.in : WAY.unknown;
}

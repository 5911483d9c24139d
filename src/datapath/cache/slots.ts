import { proxySourcePort } from '../connection/probe.js';
import type { PacketView } from '../../model/sighting.js';
import type { Ports } from './port-box.js';

/** Thrown where two walks differ in more than their ports. */
export class NotTheSame extends Error {}

/** A port of the request; a proxy's own connection has the source port after it. */
type PortName = 'sport' | 'next-sport' | 'dport';

/** What stands where a trace shows a port: one that is always the same, or one of the request. */
export type Slot = number | PortName;

/** The ports of two walks, side by side. */
export interface SlotPair {
  readonly a: Ports;
  readonly b: Ports;
}

/** @returns which of the request's ports two numbers are in their walks. */
function portName(x: number, y: number, { a, b }: SlotPair): PortName {
  if (x === a.sport && y === b.sport) return 'sport';
  if (x === a.dport && y === b.dport) return 'dport';
  if (x === a.sport + 1 && y === b.sport + 1) return 'next-sport';
  throw new NotTheSame();
}

function slotOf(x: number, y: number, pair: SlotPair): Slot {
  return x === y ? x : portName(x, y, pair);
}

/** @returns what a slot holds for a request. */
function fill(slot: Slot, { sport, dport }: Ports): number {
  switch (slot) {
    case 'sport':
      return sport;
    case 'next-sport':
      return proxySourcePort(sport);
    case 'dport':
      return dport;
    default:
      return slot;
  }
}

/** A text with ports in it. */
export type TextSlots = readonly { readonly before: string; readonly port: PortName | undefined }[];

/** @returns the text where both walks say the same, else its pieces with the ports between them. */
export function textSlots(x: string, y: string, pair: SlotPair): string | TextSlots {
  if (x === y) return x;
  const [wordsX, wordsY] = [x.split(/(\d+)/), y.split(/(\d+)/)];
  if (wordsX.length !== wordsY.length) throw new NotTheSame();
  const pieces: { before: string; port: PortName | undefined }[] = [];
  let before = '';
  wordsX.forEach((word, i) => {
    const other = wordsY[i]!;
    if (word === other) before += word;
    else if (i % 2 === 0) throw new NotTheSame();
    else {
      pieces.push({ before, port: portName(Number(word), Number(other), pair) });
      before = '';
    }
  });
  return [...pieces, { before, port: undefined }];
}

/** @returns a text for a request. */
export function fillText(text: string | TextSlots, ports: Ports): string {
  if (typeof text === 'string') return text;
  let filled = '';
  for (const { before, port } of text) filled += port === undefined ? before : `${before}${fill(port, ports)}`;
  return filled;
}

/** A packet's addresses, its ports told as slots; `fixed` where they are the same for every request. */
export interface ViewSlots {
  readonly fixed: PacketView | undefined;
  readonly src: string;
  readonly dst: string;
  readonly sport: Slot;
  readonly dport: Slot;
}

/** @returns how to tell a packet's addresses for other requests. */
export function viewSlots(x: PacketView, y: PacketView, pair: SlotPair): ViewSlots {
  if (x.src !== y.src || x.dst !== y.dst) throw new NotTheSame();
  const { src, dst } = x;
  if (x.sport === undefined || y.sport === undefined || x.dport === undefined || y.dport === undefined) {
    if (x.sport !== y.sport || x.dport !== y.dport) throw new NotTheSame();
    return { fixed: x, src, dst, sport: 0, dport: 0 };
  }
  const sport = slotOf(x.sport, y.sport, pair);
  const dport = slotOf(x.dport, y.dport, pair);
  return { fixed: typeof sport === 'number' && typeof dport === 'number' ? x : undefined, src, dst, sport, dport };
}

/** @returns a packet's addresses for a request. */
export function fillView({ fixed, src, dst, sport, dport }: ViewSlots, ports: Ports): PacketView {
  return fixed ?? { src, sport: fill(sport, ports), dst, dport: fill(dport, ports) };
}

import { PROTO } from '../decode/packet.js';
import type { AddressTable } from './address-table.js';
import { Chains } from './chains.js';
import { Groups } from './groups.js';
import { mix } from './hash.js';
import { joinAnswers } from './join-answers.js';
import { joinTranslated } from './join-translated.js';
import { Places } from './places.js';
import { COL, MARK } from './strand-table.js';
import type { StrandTable } from './strand-table.js';
import type { Tap } from './taps.js';

/** Clocks and buffers of captures that ran side by side may differ by so much, in microseconds. */
const SLACK = 2e6;
/** Strands of one tuple that are compared: more only come of ports used again and again. */
const MOST_COMPARED = 256;

/**
 * Joins strands into conversations: the same addresses and ports at several interfaces, then the same packets before and after translation, then
 * the two directions.
 */
export function joinStrands(strands: StrandTable, addresses: AddressTable, taps: readonly Tap[]): Groups {
  const joiner = new Joiner(strands, new Groups(strands.count), new Places(addresses, taps));
  for (let id = 0; id < strands.count; id++) joiner.withSameTuple(id);
  joinTranslated(strands, joiner.groups, joiner.places);
  for (let id = 0; id < strands.count; id++) joiner.withAnswers(id);
  joinAnswers(strands, joiner.groups, taps);
  return joiner.groups;
}

/** Joins one strand at a time: a short function is compiled sooner than a long loop, and by itself. */
class Joiner {
  private readonly tuples: Chains;

  constructor(
    private readonly strands: StrandTable,
    readonly groups: Groups,
    readonly places: Places,
  ) {
    this.tuples = new Chains(strands.count);
  }

  /** Joins a strand with earlier ones of its addresses and ports. */
  withSameTuple(id: number): void {
    const { strands, tuples } = this;
    const hash = tupleHash(strands, id);
    let compared = 0;
    for (let other = tuples.first(hash); other >= 0 && compared < MOST_COMPARED; other = tuples.next(other)) {
      if (!sameTuple(strands, id, other)) continue;
      compared++;
      if (sameConnection(strands, this.places, id, other)) this.groups.join(id, other, 0);
    }
    tuples.add(hash, id);
  }

  /** Joins a strand with those that run against it. */
  withAnswers(id: number): void {
    const { strands, tuples, groups } = this;
    let compared = 0;
    for (let other = tuples.first(reverseHash(strands, id)); other >= 0 && compared < MOST_COMPARED; other = tuples.next(other)) {
      if (other === id || !reverseTuple(strands, id, other)) continue;
      compared++;
      // most have met already, from the other side
      if (groups.root(id) !== groups.root(other) && answers(strands, this.places, id, other)) groups.join(id, other, 1);
    }
  }
}

function hashOf(src: number, dst: number, ports: number, protocol: number): number {
  return mix(mix(mix(src, dst), ports), protocol);
}

function tupleHash(s: StrandTable, id: number): number {
  return hashOf(s.get(id, COL.src), s.get(id, COL.dst), s.get(id, COL.ports), s.protocol(id));
}

function swapped(ports: number): number {
  return (ports << 16) | (ports >>> 16);
}

function reverseHash(s: StrandTable, id: number): number {
  return hashOf(s.get(id, COL.dst), s.get(id, COL.src), swapped(s.get(id, COL.ports)), s.protocol(id));
}

function sameTuple(s: StrandTable, a: number, b: number): boolean {
  return (
    s.get(a, COL.src) === s.get(b, COL.src) &&
    s.get(a, COL.dst) === s.get(b, COL.dst) &&
    s.get(a, COL.ports) === s.get(b, COL.ports) &&
    s.protocol(a) === s.protocol(b)
  );
}

function reverseTuple(s: StrandTable, a: number, b: number): boolean {
  return (
    s.get(a, COL.src) === s.get(b, COL.dst) &&
    s.get(a, COL.dst) === s.get(b, COL.src) &&
    s.get(a, COL.ports) === swapped(s.get(b, COL.ports)) &&
    s.protocol(a) === s.protocol(b)
  );
}

/** @returns whether two strands were alive at the same time. */
export function overlap(s: StrandTable, a: number, b: number, slack: number): boolean {
  return s.first(a) <= s.last(b) + slack && s.first(b) <= s.last(a) + slack;
}

function sameConnection(s: StrandTable, places: Places, a: number, b: number): boolean {
  if (s.get(a, COL.lane) === s.get(b, COL.lane)) return false;
  if (places.apart(s, a, b)) return false;
  if (s.protocol(a) === PROTO.tcp && s.has(a, MARK.syn) && s.has(b, MARK.syn)) return s.get(a, COL.seq) === s.get(b, COL.seq);
  return overlap(s, a, b, SLACK);
}

/** A TCP answer acknowledges the first sequence number; where the beginning is not captured, time alone decides. */
function answers(s: StrandTable, places: Places, a: number, b: number): boolean {
  if (places.apart(s, a, b)) return false;
  if (s.protocol(a) !== PROTO.tcp) return overlap(s, a, b, SLACK);
  if (!asks(s, a)) return asks(s, b) ? acknowledged(s, b, a) : overlap(s, a, b, SLACK);
  return acknowledged(s, a, b);
}

function asks(s: StrandTable, id: number): boolean {
  return s.has(id, MARK.syn) && !s.has(id, MARK.answer);
}

function acknowledged(s: StrandTable, a: number, b: number): boolean {
  const acked = s.ack(b);
  const expected = (s.get(a, COL.seq) + 1) | 0;
  if (s.has(b, MARK.answer) || (s.get(b, COL.state) & MARK.reset) !== 0) return acked === expected;
  return overlap(s, a, b, SLACK);
}

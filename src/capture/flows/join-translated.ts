import { PROTO } from '../decode/packet.js';
import { Chains } from './chains.js';
import type { Groups } from './groups.js';
import type { Places } from './places.js';
import { COL, MARK } from './strand-table.js';
import type { StrandTable } from './strand-table.js';

/** How far apart the same packet may be seen before and after translation, in microseconds. */
const SYN_WINDOW = 3e6;
const WINDOW = 1e6;
/** Where only a port says that two datagrams are one. */
const WEAK_WINDOW = 50e3;
/** Neighbours in time that are compared, among packets of one fingerprint. */
const MOST_COMPARED = 32;

/** Packets that so many have in common identify nothing. */
const MOST_ALIKE = 4096;

interface Pair {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

/** Joins strands whose packets are the same under other addresses or ports: what NAT did between two interfaces. */
export function joinTranslated(strands: StrandTable, groups: Groups, places: Places): void {
  for (const rows of repeated(strands, groups)) {
    rows.sort((a, b) => strands.first(a) - strands.first(b) || a - b);
    const alone = pairsOfPlaces(strands, rows);
    const pairs: Pair[] = [];
    for (let i = 0; i < rows.length; i++) {
      for (let j = i + 1; j < rows.length && j - i <= MOST_COMPARED; j++) {
        const [a, b] = [rows[i]!, rows[j]!];
        const distance = strands.first(b) - strands.first(a);
        if (translation(strands, places, a, b, distance, alone)) pairs.push({ a, b, distance });
      }
    }
    pairs.sort((x, y) => x.distance - y.distance);
    for (const { a, b } of pairs) if (groups.root(a) !== groups.root(b) && !conflict(strands, groups, a, b)) groups.join(a, b, 0);
  }
}

/** @returns the lanes that exactly two of the strands are of: more at one place are a scan, which sends one packet to many. */
function pairsOfPlaces(s: StrandTable, rows: readonly number[]): ReadonlySet<number> {
  const counts = new Map<number, number>();
  for (const id of rows) counts.set(s.get(id, COL.lane), (counts.get(s.get(id, COL.lane)) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count === 2).map(([lane]) => lane));
}

/** @returns strands by fingerprint, where strands of different groups have it. */
function* repeated(s: StrandTable, groups: Groups): Generator<number[]> {
  const chains = new Chains(s.count);
  const lists = new Map<number, Set<number>>();
  for (let index = 0; index < 3; index++) {
    for (let id = 0; id < s.count; id++) {
      if (index >= s.printCount(id)) continue;
      const print = s.print(id, index);
      if (index === 0) meet(id, print);
      else meetLater(id, print);
      if (index === 0) chains.add(print, id);
    }
  }
  for (const rows of lists.values()) yield [...rows];

  function meet(id: number, print: number): void {
    for (let other = chains.first(print), tries = 0; other >= 0 && tries < MOST_COMPARED; other = chains.next(other), tries++)
      if (s.print(other, 0) === print && alike(id, other)) return note(print, id, other);
    const rows = lists.get(print);
    if (rows && rows.size < MOST_ALIKE) rows.add(id);
  }
  /** Captures that began at different moments may hold a packet as the first here and as the second there. */
  function meetLater(id: number, print: number): void {
    for (let other = chains.first(print), tries = 0; other >= 0 && tries < MOST_COMPARED; other = chains.next(other), tries++)
      if (other !== id && s.print(other, 0) === print && alike(id, other)) return note(print, id, other);
  }
  function alike(a: number, b: number): boolean {
    return Math.abs(s.first(a) - s.first(b)) <= SYN_WINDOW && shared(s, a, b) > 0 && groups.root(a) !== groups.root(b);
  }
  function note(print: number, id: number, other: number): void {
    const rows = lists.get(print) ?? new Set<number>();
    if (rows.size < MOST_ALIKE) lists.set(print, rows.add(id).add(other));
  }
}

function shared(s: StrandTable, a: number, b: number): number {
  let count = 0;
  if (s.get(a, COL.src) === s.get(b, COL.src)) count++;
  if (s.get(a, COL.dst) === s.get(b, COL.dst)) count++;
  if (s.sport(a) === s.sport(b)) count++;
  if (s.dport(a) === s.dport(b)) count++;
  return count;
}

/** @returns whether the client's port, which NAT keeps where it can, is the same: the higher one, since servers listen on low ones. */
function sameClientPort(s: StrandTable, a: number, b: number): boolean {
  return s.sport(a) > s.dport(a) ? s.sport(a) === s.sport(b) : s.dport(a) === s.dport(b);
}

/** @returns whether two strands with a packet in common can be one before and after translation. */
function translation(s: StrandTable, places: Places, a: number, b: number, distance: number, alone: ReadonlySet<number>): boolean {
  if (s.protocol(a) !== s.protocol(b)) return false;
  const samePlace = s.get(a, COL.lane) === s.get(b, COL.lane);
  const common = shared(s, a, b);
  // equal addresses and ports are no translation
  if (common === 4 || places.apart(s, a, b)) return false;
  if (s.protocol(a) === PROTO.tcp) {
    // turned round at one interface that does not tell directions
    if (samePlace && (s.way(a) !== 0 || distance > WEAK_WINDOW || !alone.has(s.get(a, COL.lane)))) return false;
    const begun = s.has(a, MARK.syn) && s.has(b, MARK.syn);
    if (begun) return s.get(a, COL.seq) === s.get(b, COL.seq) && common >= 1 && distance <= SYN_WINDOW;
    return common >= 1 && distance <= WINDOW;
  }
  // a payload such as "ping" identifies little: the places must differ, in order, and the client's port agree
  if (samePlace || places.backwards(s, a, b)) return false;
  return sameClientPort(s, a, b) && distance <= (common >= 2 ? WINDOW : WEAK_WINDOW);
}

/** A conversation has one tuple at each place and direction: two that differ there are two conversations, but where it turned round. */
function conflict(s: StrandTable, groups: Groups, a: number, b: number): boolean {
  const turned = s.get(a, COL.lane) === s.get(b, COL.lane);
  for (const x of groups.members(a)) {
    if (turned && s.way(x) === 0) continue;
    for (const y of groups.members(b)) if (s.get(x, COL.lane) === s.get(y, COL.lane)) return true;
  }
  return false;
}

import { PROTO } from '../decode/packet.js';
import { Chains } from './chains.js';
import type { Groups } from './groups.js';
import { mix } from './hash.js';
import { COL, MARK } from './strand-table.js';
import type { StrandTable } from './strand-table.js';
import type { Tap } from './taps.js';

/** How long an answer may take, in microseconds. */
const SLACK = 3e6;
const MOST_COMPARED = 64;
const LOOPBACK = 'lo';

/**
 * Joins answers that bear other addresses than what they answer. A connection that a host redirects to itself is translated before its loopback
 * interface shows it, and so is the answer: one shows where it went, the other where it was sent. A TCP answer names what it acknowledges;
 * datagrams are joined by the client's end, the server's port and time, since a server of several addresses may answer from another than was asked;
 * on a loopback interface the port may differ too.
 */
export function joinAnswers(strands: StrandTable, groups: Groups, taps: readonly Tap[]): void {
  const lonely = oneWay(strands, groups);
  const asked = new Chains(strands.count);
  for (let id = 0; id < strands.count; id++) if (lonely[groups.root(id)] === 1 && asks(strands, id)) asked.add(askedKey(strands, id), id);
  for (let id = 0; id < strands.count; id++) {
    if (lonely[groups.root(id)] !== 1) continue;
    const found = questionOf(strands, groups, taps, asked, id);
    if (found < 0) continue;
    lonely[groups.root(id)] = lonely[groups.root(found)] = 0;
    groups.join(found, id, 1);
  }
}

/** @returns 1 at the root of each group whose members all run the same way. */
function oneWay(s: StrandTable, groups: Groups): Uint8Array {
  const seen = new Uint8Array(s.count);
  for (let id = 0; id < s.count; id++) seen[groups.root(id)]! |= 1 << groups.parity(id);
  return seen.map((ways) => (ways === 3 ? 0 : 1));
}

function asks(s: StrandTable, id: number): boolean {
  const protocol = s.protocol(id);
  if (protocol === PROTO.tcp) return s.has(id, MARK.syn) && !s.has(id, MARK.answer);
  return protocol === PROTO.udp || s.has(id, MARK.request);
}

function isTcpAnswer(s: StrandTable, id: number): boolean {
  return s.has(id, MARK.answer) || (s.has(id, MARK.reset) && !s.has(id, MARK.syn));
}

function askedKey(s: StrandTable, id: number): number {
  if (s.protocol(id) === PROTO.tcp) return mix((s.get(id, COL.seq) + 1) | 0, PROTO.tcp);
  return mix(mix(s.get(id, COL.src), s.sport(id)), s.protocol(id));
}

function answerKey(s: StrandTable, id: number): number {
  if (s.protocol(id) === PROTO.tcp) return mix(s.ack(id), PROTO.tcp);
  return mix(mix(s.get(id, COL.dst), s.dport(id)), s.protocol(id));
}

function questionOf(s: StrandTable, groups: Groups, taps: readonly Tap[], asked: Chains, id: number): number {
  const tcp = s.protocol(id) === PROTO.tcp;
  if (tcp && !isTcpAnswer(s, id)) return -1;
  const anyPort = taps[s.tap(id)]?.iface === LOOPBACK;
  let compared = 0;
  for (let other = asked.first(answerKey(s, id)); other >= 0 && compared < MOST_COMPARED; other = asked.next(other), compared++) {
    const wait = s.first(id) - s.first(other);
    if (s.protocol(other) !== s.protocol(id) || wait < 0 || wait > SLACK || groups.root(other) === groups.root(id)) continue;
    if (tcp ? acknowledges(s, other, id) : atSameClient(s, other, id, anyPort)) return other;
  }
  return -1;
}

function acknowledges(s: StrandTable, question: number, answer: number): boolean {
  if (s.ack(answer) !== ((s.get(question, COL.seq) + 1) | 0)) return false;
  const common = [
    s.get(question, COL.src) === s.get(answer, COL.dst),
    s.get(question, COL.dst) === s.get(answer, COL.src),
    s.sport(question) === s.dport(answer),
    s.dport(question) === s.sport(answer),
  ];
  return common.filter(Boolean).length >= 2;
}

function atSameClient(s: StrandTable, question: number, answer: number, anyPort: boolean): boolean {
  return (
    s.tap(question) === s.tap(answer) &&
    s.get(question, COL.src) === s.get(answer, COL.dst) &&
    s.sport(question) === s.dport(answer) &&
    (anyPort || s.dport(question) === s.sport(answer)) &&
    !s.has(answer, MARK.request)
  );
}

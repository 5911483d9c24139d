import { familyOf, formatIp } from '../../address/ip.js';
import type { CaptureHop, CapturedFlow, FlowEnd } from '../../model/capture.js';
import { PROTO, WAY } from '../decode/packet.js';
import type { FlowCollector } from './collector.js';
import { groupsInOrder } from './in-order.js';
import { joinStrands } from './join.js';
import { judge } from './outcome.js';
import { COL, INTS, IN_PIECE, MARK, PIECE, WIDE, WIDES, protocolOf, tapOf, wayOf } from './strand-table.js';
import type { StrandTable } from './strand-table.js';
import type { Tap } from './taps.js';

/** @returns a name for an address, where one is known. */
export type NameOf = (ip: string) => string | undefined;

const NAMES: ReadonlyMap<number, string> = new Map<number, string>([
  [PROTO.tcp, 'tcp'],
  [PROTO.udp, 'udp'],
  [PROTO.icmp, 'icmp'],
  [PROTO.icmpv6, 'icmp'],
]);

/**
 * Joins what was collected into conversations, in the order of their first packets.
 * @param nameOf names the ends; addresses that it does not know stay addresses.
 */
export function* buildFlows(collector: FlowCollector, taps: readonly Tap[], nameOf: NameOf = () => undefined): Generator<CapturedFlow> {
  const { strands } = collector;
  strands.close();
  const groups = joinStrands(strands, collector.addresses, taps);
  const ordered = groupsInOrder(strands, groups);
  const builder = new FlowBuilder(collector, taps, nameOf);
  let from = 0;
  for (const end of ordered.ends) {
    const asking = asker(strands, ordered.strands, from, end);
    const along = asking < 0 ? groups.parity(ordered.strands[from]!) ^ 1 : groups.parity(asking);
    const forward: number[] = [];
    const reply: number[] = [];
    for (; from < end; from++) {
      const id = ordered.strands[from]!;
      if (groups.parity(id) === along) forward.push(id);
      else reply.push(id);
    }
    yield builder.flow(forward, reply);
  }
}

/**
 * @param ids strands, of which those from `from` to `end` are a conversation.
 * @returns the strand that shows who asked: a SYN, an echo request, else the one towards the lower port, else the earliest. -1 where only an answer
 * was seen: a SYN-ACK, or a reset that refuses what crossed no interface that is watched.
 */
function asker(strands: StrandTable, ids: Uint32Array, from: number, end: number): number {
  let answered = -1;
  let toServer = -1;
  const tcp = strands.protocol(ids[from]!) === PROTO.tcp;
  let onlyAnswers = tcp;
  for (let i = from; i < end; i++) {
    const id = ids[i]!;
    const state = strands.get(id, COL.state);
    if ((state & MARK.answer) !== 0) {
      if (answered < 0) answered = id;
    } else if ((state & (MARK.syn | MARK.request)) !== 0) return id;
    else if ((state & MARK.refusal) === 0) onlyAnswers = false;
    if (tcp && toServer < 0 && strands.dport(id) < strands.sport(id)) toServer = id;
  }
  if (onlyAnswers) return -1;
  if (answered >= 0) for (let i = from; i < end; i++) if (strands.sport(ids[i]!) === strands.dport(answered)) return ids[i]!;
  return toServer < 0 ? ids[from]! : toServer;
}

class FlowBuilder {
  /** Addresses as text, by their numbers. */
  private readonly texts: (string | undefined)[] = [];
  /** When times count from. */
  private readonly epoch: number;

  constructor(
    private readonly collector: FlowCollector,
    private readonly taps: readonly Tap[],
    private readonly nameOf: NameOf,
  ) {
    this.epoch = (collector.epoch ?? 0) * 1e6;
  }

  /** @param forward the request's strands, in order; none where only an answer was seen. */
  flow(forward: readonly number[], reply: readonly number[]): CapturedFlow {
    const { strands, addresses } = this.collector;
    const answersOnly = forward.length === 0;
    const origin = forward[0] ?? reply.at(-1)!;
    const last = forward.at(-1) ?? reply[0]!;
    const client = answersOnly ? COL.dst : COL.src;
    const server = answersOnly ? COL.src : COL.dst;
    const hops: CaptureHop[] = [];
    this.hops(forward, false, hops);
    this.hops(reply, true, hops);
    const protocol = strands.protocol(origin);
    const back = answersOnly ? -1 : counterpart(strands, origin, reply);
    const { outcome, text, died } = judge(strands, this.taps, forward, reply);
    const flow: Mutable<CapturedFlow> = {
      family: familyOf(addresses.ip(strands.get(origin, COL.src))),
      proto: NAMES.get(protocol) ?? String(protocol),
      client: this.end(origin, client),
      server: this.end(origin, server),
      outcome,
      text,
      // it is counted where it was seen first, its answer there too, once
      packets: strands.get(origin, COL.packets) + (back < 0 ? 0 : strands.get(back, COL.packets)),
      bytes: strands.bytes(origin) + (back < 0 ? 0 : strands.bytes(back)),
      first: this.epoch + Math.min(earliest(strands, forward), earliest(strands, reply)),
      last: this.epoch + Math.max(latest(strands, forward), latest(strands, reply)),
      retransmissions: strands.get(origin, COL.retransmissions) + (back < 0 ? 0 : strands.get(back, COL.retransmissions)),
      hops,
    };
    if (died) flow.died = died;
    if (!sameEnds(strands, origin, last)) flow.translated = { client: this.end(last, client), server: this.end(last, server) };
    return flow;
  }

  private end(id: number, column: typeof COL.src | typeof COL.dst): FlowEnd {
    const { strands } = this.collector;
    const ip = this.text(strands.get(id, column));
    const end: Mutable<FlowEnd> = { ip };
    if (hasPorts(strands.protocol(id))) end.port = column === COL.src ? strands.sport(id) : strands.dport(id);
    const name = this.nameOf(ip);
    if (name !== undefined) end.name = name;
    return end;
  }

  private text(address: number): string {
    return (this.texts[address] ??= formatIp(this.collector.addresses.ip(address)));
  }

  private hops(ids: readonly number[], reply: boolean, into: CaptureHop[]): void {
    const { strands } = this.collector;
    const { ints, wides, errors } = strands;
    let before = NaN;
    for (const id of ids) {
      const row = ints[id >> PIECE]!;
      const at = (id & IN_PIECE) << INTS;
      const wide = wides[id >> PIECE]!;
      const wideAt = (id & IN_PIECE) << WIDES;
      const lane = row[at + COL.lane]!;
      const tap = this.taps[tapOf(lane)]!;
      const way = wayOf(lane);
      const first = wide[wideAt + WIDE.first]!;
      // assigned one by one: spreading the optional ones costs more than all the rest of a flow
      const hop: Mutable<CaptureHop> = {
        netns: tap.netns,
        iface: tap.iface,
        reply,
        src: this.text(row[at + COL.src]!),
        dst: this.text(row[at + COL.dst]!),
        packets: row[at + COL.packets]!,
        bytes: wide[wideAt + WIDE.bytes]!,
        first: this.epoch + first,
        last: this.epoch + wide[wideAt + WIDE.last]!,
        retransmissions: row[at + COL.retransmissions]!,
        file: tap.file,
      };
      if (way !== WAY.unknown) hop.dir = way === WAY.in ? 'in' : 'out';
      if (hasPorts(protocolOf(lane))) {
        hop.sport = row[at + COL.ports]! >>> 16;
        hop.dport = row[at + COL.ports]! & 0xffff;
      }
      if (!Number.isNaN(before)) hop.after = first - before;
      const error = errors.size === 0 ? undefined : errors.get(id);
      if (error) hop.error = { ...error, by: this.text(error.by) };
      into.push(hop);
      before = first;
    }
  }
}

/** @returns the answer's strand that is counted: the last one seen where the question was, else the first; -1 where there is none. */
function counterpart(s: StrandTable, origin: number, reply: readonly number[]): number {
  const tap = s.tap(origin);
  for (let i = reply.length - 1; i >= 0; i--) if (s.tap(reply[i]!) === tap) return reply[i]!;
  return reply.length > 0 ? reply[0]! : -1;
}

function earliest(s: StrandTable, ids: readonly number[]): number {
  let first = Infinity;
  for (const id of ids) first = Math.min(first, s.first(id));
  return first;
}

function latest(s: StrandTable, ids: readonly number[]): number {
  let last = -Infinity;
  for (const id of ids) last = Math.max(last, s.last(id));
  return last;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function hasPorts(protocol: number): boolean {
  return protocol === PROTO.tcp || protocol === PROTO.udp;
}

function sameEnds(s: StrandTable, a: number, b: number): boolean {
  return s.get(a, COL.src) === s.get(b, COL.src) && s.get(a, COL.dst) === s.get(b, COL.dst) && s.get(a, COL.ports) === s.get(b, COL.ports);
}

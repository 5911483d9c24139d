import { familyOf, formatIp } from '../../address/ip.js';
import type { CaptureHop, CapturedFlow, FlowEnd } from '../../model/capture.js';
import { PROTO, WAY } from '../decode/packet.js';
import type { FlowCollector } from './collector.js';
import { groupsInOrder } from './in-order.js';
import { joinStrands } from './join.js';
import { judge } from './outcome.js';
import { COL, MARK } from './strand-table.js';
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
  const builder = new FlowBuilder(collector, taps, nameOf);
  for (const ids of groupsInOrder(strands, groups)) {
    const along = builder.isAnswer(ids) ? groups.parity(ids[0]!) ^ 1 : groups.parity(builder.origin(ids));
    const forward: number[] = [];
    const reply: number[] = [];
    for (const id of ids) (groups.parity(id) === along ? forward : reply).push(id);
    yield builder.flow(forward, reply);
  }
}

interface Totals {
  readonly first: number;
  readonly end: number;
  readonly packets: number;
  readonly bytes: number;
  readonly retransmissions: number;
}

class FlowBuilder {
  private readonly texts = new Map<number, string>();

  constructor(
    private readonly collector: FlowCollector,
    private readonly taps: readonly Tap[],
    private readonly nameOf: NameOf,
  ) {}

  /** @returns the strand that shows who asked: a SYN, an echo request, else the one towards the lower port, else the earliest. */
  origin(ids: readonly number[]): number {
    const { strands } = this.collector;
    const asked = ids.find((id) => strands.has(id, MARK.syn | MARK.request) && !strands.has(id, MARK.answer));
    if (asked !== undefined) return asked;
    const answered = ids.find((id) => strands.has(id, MARK.answer));
    const toServer = strands.protocol(ids[0]!) === PROTO.tcp ? ids.find((id) => strands.dport(id) < strands.sport(id)) : undefined;
    return (answered === undefined ? undefined : ids.find((id) => strands.sport(id) === strands.dport(answered))) ?? toServer ?? ids[0]!;
  }

  /** @returns whether only an answer was seen: a SYN-ACK, or a reset that refuses what crossed no interface that is watched. */
  isAnswer(ids: readonly number[]): boolean {
    const { strands } = this.collector;
    return strands.protocol(ids[0]!) === PROTO.tcp && ids.every((id) => strands.has(id, MARK.refusal | MARK.answer));
  }

  /** @param forward the request's strands, in order; none where only an answer was seen. */
  flow(forward: readonly number[], reply: readonly number[]): CapturedFlow {
    const { strands, addresses } = this.collector;
    const answersOnly = forward.length === 0;
    const origin = forward[0] ?? reply.at(-1)!;
    const last = forward.at(-1) ?? reply[0]!;
    const [client, server] = answersOnly ? ([COL.dst, COL.src] as const) : ([COL.src, COL.dst] as const);
    const hops: CaptureHop[] = [];
    this.hops(forward, false, hops);
    this.hops(reply, true, hops);
    const protocol = strands.protocol(origin);
    const { first, end, packets, bytes, retransmissions } = this.totals(forward, reply);
    const { outcome, text, died } = judge(strands, this.taps, forward, reply);
    const flow: Mutable<CapturedFlow> = {
      family: familyOf(addresses.ip(strands.get(origin, COL.src))),
      proto: NAMES.get(protocol) ?? String(protocol),
      client: this.end(origin, client),
      server: this.end(origin, server),
      outcome,
      text,
      packets,
      bytes,
      first: this.time(first),
      last: this.time(end),
      retransmissions,
      hops,
    };
    if (died) flow.died = died;
    if (!sameEnds(strands, origin, last)) flow.translated = { client: this.end(last, client), server: this.end(last, server) };
    return flow;
  }

  /** A conversation is counted where it was seen first, its answer there too, once. */
  private totals(forward: readonly number[], reply: readonly number[]): Totals {
    const { strands } = this.collector;
    const origin = forward[0] ?? reply.at(-1)!;
    const back = forward.length === 0 ? undefined : (reply.findLast((id) => strands.tap(id) === strands.tap(origin)) ?? reply[0]);
    let first = Infinity;
    let end = -Infinity;
    for (const ids of [forward, reply])
      for (const id of ids) {
        first = Math.min(first, strands.first(id));
        end = Math.max(end, strands.last(id));
      }
    const sum = { first, end, packets: 0, bytes: 0, retransmissions: 0 };
    for (const id of back === undefined ? [origin] : [origin, back]) {
      sum.packets += strands.get(id, COL.packets);
      sum.bytes += strands.bytes(id);
      sum.retransmissions += strands.get(id, COL.retransmissions);
    }
    return sum;
  }

  private time(micros: number): number {
    return (this.collector.epoch ?? 0) * 1e6 + micros;
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
    let text = this.texts.get(address);
    if (text === undefined) this.texts.set(address, (text = formatIp(this.collector.addresses.ip(address))));
    return text;
  }

  private hops(ids: readonly number[], reply: boolean, into: CaptureHop[]): void {
    const { strands } = this.collector;
    let before = -1;
    for (const id of ids) {
      const tap = this.taps[strands.tap(id)]!;
      const way = strands.way(id);
      const error = strands.errors.get(id);
      // assigned one by one: spreading the optional ones costs more than all the rest of a flow
      const hop: Mutable<CaptureHop> = {
        netns: tap.netns,
        iface: tap.iface,
        reply,
        src: this.text(strands.get(id, COL.src)),
        dst: this.text(strands.get(id, COL.dst)),
        packets: strands.get(id, COL.packets),
        bytes: strands.bytes(id),
        first: this.time(strands.first(id)),
        last: this.time(strands.last(id)),
        retransmissions: strands.get(id, COL.retransmissions),
        file: tap.file,
      };
      if (way !== WAY.unknown) hop.dir = way === WAY.in ? 'in' : 'out';
      if (hasPorts(strands.protocol(id))) {
        hop.sport = strands.sport(id);
        hop.dport = strands.dport(id);
      }
      if (before >= 0) hop.after = strands.first(id) - strands.first(before);
      if (error) hop.error = { ...error, by: this.text(error.by) };
      into.push(hop);
      before = id;
    }
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function hasPorts(protocol: number): boolean {
  return protocol === PROTO.tcp || protocol === PROTO.udp;
}

function sameEnds(s: StrandTable, a: number, b: number): boolean {
  return s.get(a, COL.src) === s.get(b, COL.src) && s.get(a, COL.dst) === s.get(b, COL.dst) && s.get(a, COL.ports) === s.get(b, COL.ports);
}

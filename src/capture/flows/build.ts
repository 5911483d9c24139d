import { familyOf, formatIp } from '../../address/ip.js';
import type { CaptureHop, CapturedFlow, FlowEnd } from '../../model/capture.js';
import { PROTO, WAY } from '../decode/packet.js';
import type { FlowCollector } from './collector.js';
import { joinStrands } from './join.js';
import { judge } from './outcome.js';
import { COL, MARK } from './strand-table.js';
import type { Tap } from './taps.js';

/** @returns a name for an address, where one is known. */
export type NameOf = (ip: string) => string | undefined;

const NAMES: ReadonlyMap<number, string> = new Map<number, string>([
  [PROTO.tcp, 'tcp'],
  [PROTO.udp, 'udp'],
  [PROTO.icmp, 'icmp'],
  [PROTO.icmpv6, 'icmp'],
]);
const WITH_PORTS: ReadonlySet<string> = new Set(['tcp', 'udp']);

/**
 * Joins what was collected into conversations, in the order of their first packets.
 * @param nameOf names the ends; addresses that it does not know stay addresses.
 */
export function* buildFlows(collector: FlowCollector, taps: readonly Tap[], nameOf: NameOf = () => undefined): Generator<CapturedFlow> {
  const { strands } = collector;
  const groups = joinStrands(strands, collector.addresses, taps);
  const firsts: number[] = [];
  for (let id = 0; id < strands.count; id++) if (groups.root(id) === id) firsts.push(id);
  const members = firsts.map((root) => [...groups.members(root)].sort((a, b) => strands.first(a) - strands.first(b) || a - b));
  members.sort((a, b) => strands.first(a[0]!) - strands.first(b[0]!) || a[0]! - b[0]!);
  const builder = new FlowBuilder(collector, taps, nameOf);
  for (const ids of members) {
    const origin = builder.origin(ids);
    const forward = groups.parity(origin);
    yield builder.flow(
      ids.filter((id) => groups.parity(id) === forward),
      ids.filter((id) => groups.parity(id) !== forward),
    );
  }
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

  flow(forward: readonly number[], reply: readonly number[]): CapturedFlow {
    const { strands, addresses } = this.collector;
    const origin = forward[0]!;
    const last = forward.at(-1)!;
    const hops = [...this.hops(forward, false), ...this.hops(reply, true)];
    const protocol = strands.protocol(origin);
    const proto = NAMES.get(protocol) ?? String(protocol);
    const ends = (id: number): { readonly client: FlowEnd; readonly server: FlowEnd } => ({
      client: this.end(strands.get(id, COL.src), WITH_PORTS.has(proto) ? strands.sport(id) : undefined),
      server: this.end(strands.get(id, COL.dst), WITH_PORTS.has(proto) ? strands.dport(id) : undefined),
    });
    const { client, server } = ends(origin);
    const beyond = ends(last);
    const there = forward.filter((id) => strands.tap(id) === strands.tap(origin) && strands.way(id) === strands.way(origin));
    const back = reply.filter((id) => strands.tap(id) === strands.tap(origin));
    // a conversation is counted where it was seen first, its answer there too, once
    const counted = [...there.slice(0, 1), ...(back.length > 0 ? back.slice(-1) : reply.slice(0, 1))];
    const sum = (of: (id: number) => number): number => counted.reduce((total, id) => total + of(id), 0);
    const all = [...forward, ...reply];
    return {
      family: familyOf(addresses.ip(strands.get(origin, COL.src))),
      proto,
      client,
      server,
      ...(sameEnd(client, beyond.client) && sameEnd(server, beyond.server) ? {} : { translated: beyond }),
      ...judge(strands, this.taps, forward, reply),
      packets: sum((id) => strands.get(id, COL.packets)),
      bytes: sum((id) => strands.bytes(id)),
      first: this.time(Math.min(...all.map((id) => strands.first(id)))),
      last: this.time(Math.max(...all.map((id) => strands.last(id)))),
      retransmissions: sum((id) => strands.get(id, COL.retransmissions)),
      hops,
    };
  }

  private time(micros: number): number {
    return (this.collector.epoch ?? 0) * 1e6 + micros;
  }

  private end(address: number, port: number | undefined): FlowEnd {
    const ip = this.text(address);
    const name = this.nameOf(ip);
    return { ip, ...(port !== undefined && { port }), ...(name !== undefined && { name }) };
  }

  private text(address: number): string {
    let text = this.texts.get(address);
    if (text === undefined) this.texts.set(address, (text = formatIp(this.collector.addresses.ip(address))));
    return text;
  }

  private hops(ids: readonly number[], reply: boolean): readonly CaptureHop[] {
    const { strands } = this.collector;
    return ids.map((id, index): CaptureHop => {
      const tap = this.taps[strands.tap(id)]!;
      const way = strands.way(id);
      const ported = WITH_PORTS.has(NAMES.get(strands.protocol(id)) ?? '');
      const before = ids[index - 1];
      const error = strands.get(id, COL.error);
      return {
        netns: tap.netns,
        iface: tap.iface,
        ...(way !== WAY.unknown && { dir: way === WAY.in ? ('in' as const) : ('out' as const) }),
        reply,
        src: this.text(strands.get(id, COL.src)),
        ...(ported && { sport: strands.sport(id) }),
        dst: this.text(strands.get(id, COL.dst)),
        ...(ported && { dport: strands.dport(id) }),
        packets: strands.get(id, COL.packets),
        bytes: strands.bytes(id),
        first: this.time(strands.first(id)),
        last: this.time(strands.last(id)),
        retransmissions: strands.get(id, COL.retransmissions),
        ...(before !== undefined && { after: strands.first(id) - strands.first(before) }),
        ...(error !== 0 && { error: { type: (error >> 8) & 0xff, code: error & 0xff, by: this.text(strands.get(id, COL.errorBy) - 1) } }),
        file: tap.file,
      };
    });
  }
}

function sameEnd(a: FlowEnd, b: FlowEnd): boolean {
  return a.ip === b.ip && a.port === b.port;
}

import type { NetnsName } from '../../model/netns.js';
import type { Relayed } from '../agent/protocol.js';
import type { FlowPacket, KernelFlow } from '../flow.js';
import type { Captured, CapturedBody } from './captured.js';
import type { TraceEntry } from './trace-log.js';

/** Which packet belongs to which flow. */
export interface Attributed {
  readonly packets: ReadonlyMap<number, readonly FlowPacket[]>;
  readonly errors: ReadonlyMap<number, readonly Captured[]>;
  /** Flows that a proxy took. */
  readonly proxied: ReadonlySet<number>;
  /** Flows by `src|sport` of any of their first packets, whatever NAT made of it. */
  readonly bySource: ReadonlyMap<string, number>;
  /** The flow for which a proxy of a namespace dialled from a port. */
  dialled(netns: string, sport: number): number | undefined;
  /** The flow of a packet by what NAT leaves alone. */
  identified(packet: Identified): number | undefined;
}

type Tcp = CapturedBody & { readonly proto: 'tcp' };

/** What a server sends back is the byte it got with this bit set. */
export const ANSWER_BIT = 0x80;

function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** IPv4 identification or IPv6 flow label, in a namespace. */
interface Identified {
  readonly netns: NetnsName;
  readonly family: number;
  readonly ident: number;
}

const identKey = (p: Identified): string => `${p.netns} ${p.family} ${p.ident}`;

export const sourceKey = (src: string, sport: number): string => `${src}|${sport}`;

/** Goes over the packets in time order: a TCP sequence number, a byte or an echo id survives every translation. */
class Attribution implements Attributed {
  readonly packets = new Map<number, FlowPacket[]>();
  readonly errors = new Map<number, Captured[]>();
  readonly bySource = new Map<string, number>();
  private readonly bySeq = new Map<number, number>();
  private readonly byByte = new Map<number, number>();
  private readonly byEcho = new Map<number, number>();
  private readonly byClient = new Map<string, number>();
  /** A packet whose port was translated before any interface saw it: the trace knew it by its own. */
  private readonly byIdent = new Map<string, number>();

  constructor(
    flows: readonly KernelFlow[],
    private readonly relayed: ReadonlyMap<string, readonly Relayed[]>,
    trace: readonly TraceEntry[],
  ) {
    for (const flow of flows) {
      if (flow.proto === 'udp') this.byByte.set(flow.byte, flow.id);
      if (flow.proto === 'icmp') this.byEcho.set(flow.sport, flow.id);
      if (flow.proto === 'tcp') this.byClient.set(`${flow.client} ${flow.sport}`, flow.id);
    }
    for (const entry of trace) {
      const flow = entry.in === '' ? this.byClient.get(`${entry.netns} ${entry.sport}`) : undefined;
      if (flow !== undefined && entry.ident !== 0) this.byIdent.set(identKey(entry), flow);
    }
  }

  take(packet: Captured): void {
    const { body } = packet;
    switch (body.proto) {
      case 'tcp':
        return this.takeTcp(packet, body);
      case 'udp': {
        const reply = (body.byte & ANSWER_BIT) !== 0;
        return this.add(this.byByte.get(body.byte & ~ANSWER_BIT), packet, reply, body.sport);
      }
      case 'echo':
        return this.add(this.byEcho.get(body.id), packet, body.reply, 0);
      case 'icmp-error':
        return this.takeError(packet, body);
    }
  }

  identified(packet: Identified): number | undefined {
    return packet.ident === 0 ? undefined : this.byIdent.get(identKey(packet));
  }

  private takeTcp(packet: Captured, body: Tcp): void {
    if (body.kind === 'syn') {
      const flow = this.bySeq.get(body.seq) ?? this.starting(packet, body.sport);
      if (flow !== undefined) this.bySeq.set(body.seq, flow);
      return this.add(flow, packet, false, body.sport);
    }
    return this.add(this.bySeq.get((body.ack - 1) >>> 0), packet, true, body.sport);
  }

  /** The flow that a first segment begins. */
  private starting(packet: Captured, sport: number): number | undefined {
    return this.byClient.get(`${packet.netns} ${sport}`) ?? this.dialled(packet.netns, sport) ?? this.identified(packet);
  }

  /** A proxy tells whom it dials for; who that is, the packets that came to it tell. */
  get proxied(): ReadonlySet<number> {
    const taken = [...this.relayed.values()].flat().map((r) => this.bySource.get(sourceKey(r.peer, r.peerPort)));
    return new Set(taken.filter((flow) => flow !== undefined));
  }

  /** A proxy's own connection belongs to the flow that came in to it. */
  dialled(netns: string, sport: number): number | undefined {
    const relay = (this.relayed.get(netns) ?? []).find((r) => r.localPort === sport);
    return relay && this.bySource.get(sourceKey(relay.peer, relay.peerPort));
  }

  private takeError(packet: Captured, body: CapturedBody & { readonly proto: 'icmp-error' }): void {
    if (body.quoted === undefined) return;
    const flow =
      this.bySource.get(sourceKey(body.quoted.src, body.quoted.sport)) ??
      (body.quoted.dport === 0 ? this.byEcho.get(body.quoted.sport) : undefined);
    if (flow !== undefined) pushTo(this.errors, flow, packet);
  }

  private add(flow: number | undefined, packet: Captured, reply: boolean, sport: number): void {
    if (flow === undefined) return;
    pushTo(this.packets, flow, { captured: packet, reply });
    if (reply || packet.body.proto === 'echo') return;
    this.bySource.set(sourceKey(packet.src, sport), flow);
    if (packet.ident !== 0) this.byIdent.set(identKey(packet), flow);
  }
}

/**
 * Tells which captured packet belongs to which flow.
 * @param captured in time order.
 * @param trace tells the ports of packets before NAT.
 * @param relayed what the proxies of each namespace reported.
 */
export function attribute(
  flows: readonly KernelFlow[],
  captured: readonly Captured[],
  relayed: ReadonlyMap<string, readonly Relayed[]>,
  trace: readonly TraceEntry[],
): Attributed {
  const attribution = new Attribution(flows, relayed, trace);
  for (const packet of captured) attribution.take(packet);
  return attribution;
}

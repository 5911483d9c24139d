import type { ZoneTemplate } from '../../../netfilter/index.js';
import type { Ip } from '../../../address/ip.js';
import type { PacketType } from '../../../model/packet.js';
import type { Skb } from '../../walk/skb.js';
import type { MatchContext } from '../context.js';
import type { SetChange } from '../set-changes.js';
import type { LiveBits } from './live-bits.js';

/** All that the rules of one table can change in a packet, its connection and the sets of the namespace. */
export interface PacketState {
  readonly mark: number;
  readonly ttl: number;
  readonly tos: number;
  readonly connmark: number;
  readonly untracked: boolean;
  readonly template: ZoneTemplate | undefined;
  readonly changes: ReadonlyMap<string, readonly SetChange[]>;
  readonly src: Ip;
  readonly dst: Ip;
  readonly sport: number;
  readonly dport: number;
  readonly srcMac: string | undefined;
  readonly dstMac: string | undefined;
  readonly pkttype: PacketType;
  readonly tproxy: Skb['tproxy'];
}

/** @returns what the packet is now. */
export function stateOf({ skb, changes }: MatchContext): PacketState {
  const { mark, ttl, tos, src, dst, sport, dport, srcMac, dstMac, pkttype } = skb.packet;
  const { untracked, template, tproxy } = skb;
  const connmark = skb.ct?.connection.mark ?? 0;
  const written = { src, dst, sport, dport, srcMac, dstMac, pkttype, tproxy };
  return { mark, ttl, tos, connmark, untracked, template, changes: changes.made, ...written };
}

/** Makes the packet again what it was. */
export function restore({ skb, changes }: MatchContext, state: PacketState): void {
  const { packet } = skb;
  packet.mark = state.mark;
  packet.ttl = state.ttl;
  packet.tos = state.tos;
  if (skb.ct !== undefined) skb.ct.connection.mark = state.connmark;
  skb.untracked = state.untracked;
  skb.template = state.template;
  changes.made = state.changes;
  packet.src = state.src;
  packet.dst = state.dst;
  packet.sport = state.sport;
  packet.dport = state.dport;
  packet.srcMac = state.srcMac;
  packet.dstMac = state.dstMac;
  packet.pkttype = state.pkttype;
  skb.tproxy = state.tproxy;
}

const print = (value: unknown): string => JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one));

/** Texts of states, to be compared with each other. */
export class StateKeys {
  /** What was done to sets goes by a number: its text grows with each change, and is met over and over. */
  private readonly numbers = new Map<string, number>();
  private readonly seen = new WeakMap<PacketState['changes'], number>();

  /** @param live the bits of marks that count. */
  constructor(private readonly live: LiveBits) {}

  /** @returns equal texts for states that nothing further on can tell apart. */
  of(state: PacketState): string {
    const { mark, ttl, tos, connmark, untracked, template, changes, src, dst, sport, dport, srcMac, dstMac, pkttype, tproxy } = state;
    const zone = template === undefined ? '' : `${template.id} ${template.dir}`;
    const made = changes.size === 0 ? '' : this.numberOf(changes);
    const given = tproxy === undefined ? '' : `${tproxy.ip} ${tproxy.port}`;
    return `${src} ${dst} ${sport} ${dport} ${srcMac ?? ''} ${dstMac ?? ''} ${pkttype} ${given} ${(mark & this.live.mark) >>> 0} ${(connmark & this.live.connmark) >>> 0} ${ttl} ${tos} ${untracked} ${zone} ${made}`;
  }

  private numberOf(changes: PacketState['changes']): number {
    const seen = this.seen.get(changes);
    if (seen !== undefined) return seen;
    const text = print([...changes]);
    let number = this.numbers.get(text);
    if (number === undefined) this.numbers.set(text, (number = this.numbers.size));
    this.seen.set(changes, number);
    return number;
  }
}

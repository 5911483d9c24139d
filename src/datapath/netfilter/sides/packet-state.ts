import type { ZoneTemplate } from '../../../netfilter/action.js';
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
}

/** @returns what the packet is now. */
export function stateOf({ skb, changes }: MatchContext): PacketState {
  const { mark, ttl, tos } = skb.packet;
  const { untracked, template } = skb;
  return { mark, ttl, tos, connmark: skb.ct?.connection.mark ?? 0, untracked, template, changes: changes.made };
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
}

/** @returns equal texts for states that nothing further on can tell apart. */
export function stateKey({ mark, ttl, tos, connmark, untracked, template, changes }: PacketState, live: LiveBits): string {
  const zone = template === undefined ? '' : `${template.id} ${template.dir}`;
  const made = changes.size === 0 ? '' : JSON.stringify([...changes]);
  return `${(mark & live.mark) >>> 0} ${(connmark & live.connmark) >>> 0} ${ttl} ${tos} ${untracked} ${zone} ${made}`;
}

import type { Ip } from '../../address/ip.js';
import type { Action, Writable } from '../../netfilter/index.js';
import type { MatchContext } from './context.js';
import { madeEntry } from './native-steps.js';

const macText = (value: number): string =>
  value
    .toString(16)
    .padStart(12, '0')
    .replace(/(..)(?=.)/g, '$1:');

function write(to: Writable, value: Ip, { skb, ports }: MatchContext): void {
  const { packet } = skb;
  switch (to) {
    case 'mark':
      packet.mark = Number(value) >>> 0;
      return;
    case 'connmark':
      if (skb.ct !== undefined) skb.ct.connection.mark = Number(value) >>> 0;
      return;
    case 'ttl':
    case 'tos':
      packet[to] = Number(value) & 0xff;
      return;
    case 'src':
    case 'dst':
      packet[to] = value;
      return;
    case 'sport':
    case 'dport':
      ports?.refuse();
      packet[to] = Number(value) & 0xffff;
      return;
    case 'pkttype':
      if (Number(value) === 0) packet.pkttype = 'host';
      return;
    case 'srcMac':
    case 'dstMac':
      packet[to] = macText(Number(value));
      return;
    case 'zone':
      // nft_ct_set_zone_eval: only what has no connection yet
      if (skb.ct === undefined && !skb.untracked) skb.template = { id: Number(value) & 0xffff, dir: 'both' };
      return;
  }
}

/** Carries out what a native rule writes, once its values are known. */
export function applyNativeEffect(
  action: Extract<Action, { kind: 'write' | 'notrack' | 'update' | 'tproxy-to' }>,
  context: MatchContext,
): void {
  const { skb } = context;
  switch (action.kind) {
    case 'write':
      if (action.value.op === 'const' && typeof action.value.value !== 'string') write(action.to, action.value.value, context);
      return;
    case 'notrack':
      // nft_notrack_eval: what is tracked already stays so
      if (skb.ct === undefined) skb.untracked = true;
      return;
    case 'update': {
      const { values, entry } = madeEntry(action);
      context.ports?.refuse();
      context.changes.noteEntry(context.ns.name, action.set, values, action.op === 'delete' ? 'gone' : entry);
      return;
    }
    case 'tproxy-to': {
      const ip = action.addr?.op === 'const' ? action.addr.value : undefined;
      const port = action.port?.op === 'const' ? Number(action.port.value) : undefined;
      if (ip !== undefined && typeof ip !== 'string' && port !== undefined) skb.tproxy = { ip, port };
      return;
    }
  }
}

import type { Action } from '../../netfilter/index.js';
import type { CompiledSet } from './compiled-set.js';
import { type Ip, familyOf, maskIp, maskOf } from '../../address/ip.js';
import type { IpSet } from '../../model/netfilter.js';
import type { MatchContext } from './context.js';

/** ip_set_get_ip4_port: ICMP puts type and code in the port; other protocols have port 0. */
export function portOf({ skb: { packet }, ports }: MatchContext, dim: 'src' | 'dst'): number {
  if (packet.icmpType >= 0) return (packet.icmpType << 8) | packet.icmpCode;
  ports?.refuse();
  return dim === 'src' ? packet.sport : packet.dport;
}

/** An address as a set of that `netmask` sees it. */
export function maskedBySet(set: IpSet, ip: Ip): Ip {
  const netmask = set.options.get('netmask');
  if (netmask === undefined || set.type.includes('net')) return ip;
  return maskIp(ip, maskOf(familyOf(ip), Number(netmask)));
}

type Dims = readonly ('src' | 'dst')[];

function valueOf(set: IpSet, dim: string, side: 'src' | 'dst', context: MatchContext): string | undefined {
  const { packet } = context.skb;
  switch (dim) {
    case 'ip':
      return String(maskedBySet(set, packet[side]));
    case 'port':
      return `${set.type === 'bitmap:port' ? '' : packet.proto}:${portOf(context, side)}`;
    case 'iface':
      return side === 'src' ? context.in : context.out;
    case 'mac':
      return packet[side === 'src' ? 'srcMac' : 'dstMac'];
    case 'mark':
      return String((packet.mark & Number(set.options.get('markmask') ?? 0xffffffff)) >>> 0);
    default:
      // a network's entry takes its length from the entries there are (hash_net4_kadt)
      return undefined;
  }
}

function keyOf(set: IpSet, dims: Dims, context: MatchContext): string | undefined {
  const values = set.type
    .slice(set.type.indexOf(':') + 1)
    .split(',')
    .map((dim, i) => valueOf(set, dim, dims[i] ?? 'src', context));
  return values.includes(undefined) ? undefined : values.join(',');
}

/** set_target_v3 (xt_set.c): adds the packet's entry to a set, or takes it out. */
export function noteSetTarget(action: Extract<Action, { kind: 'set' }>, context: MatchContext): void {
  const compiled = context.ns.ipset(action.set);
  const elements = compiled?.kind === 'elements' ? compiled.set : undefined;
  const otherFamily =
    elements !== undefined && (elements.family === 6) !== (context.skb.packet.family === 6) && /ip|net/.test(elements.type);
  if (otherFamily) return;
  const key = elements === undefined ? undefined : keyOf(elements, action.dims, context);
  context.changes.note(context.ns.name, action.set, { op: action.op, key });
}

/** @returns whether the packet is in the set because of a change; undefined where the set's own elements decide. */
export function changedAnswer(compiled: CompiledSet, dims: Dims, context: MatchContext): 'yes' | 'no' | 'unclear' | undefined {
  const changes = context.changes.of(context.ns.name, compiled.set.name);
  if (changes === undefined) return undefined;
  if (compiled.kind !== 'elements' || changes.some((change) => change.key === undefined)) return 'unclear';
  const key = keyOf(compiled.set, dims, context);
  const last = changes.findLast((change) => change.key === key);
  return last && (last.op === 'add' ? 'yes' : 'no');
}

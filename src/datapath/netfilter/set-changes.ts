import { familyOf, maskIp, maskOf, type Ip } from '../../address/ip.js';
import type { IpSet } from '../../model/netfilter.js';
import type { Action } from '../../netfilter/action.js';
import type { KeyedSet, SetEntry } from '../../netfilter/sets/keyed-set.js';
import type { Value } from '../../netfilter/term.js';
import type { MatchContext } from './context.js';
import type { CompiledSet } from './ipset.js';

type SetAction = Extract<Action, { kind: 'set' }>;
type Dims = readonly ('src' | 'dst')[];

export interface SetChange {
  readonly op: 'add' | 'del';
  /** The packet's own values, undefined where what was added is not told by them alone. */
  readonly key: string | undefined;
  /** Of a native set: the entry itself. */
  readonly entry?: ChangedEntry;
}

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

/** What was added to a native set or map on the way, by key; `gone` where it was taken out. */
export type ChangedEntry = SetEntry | 'gone';

/** What SET targets did to the sets of each namespace on the way of one trace (set_target_v3, xt_set.c). */
export class SetChanges {
  /** By namespace and set; another map for each change, so that whoever kept one has what was then. */
  made: ReadonlyMap<string, readonly SetChange[]> = new Map();

  /** Adds the packet's entry to a set, or takes it out. */
  note(action: SetAction, context: MatchContext): void {
    const compiled = context.ns.ipset(action.set);
    if (
      compiled?.kind === 'elements' &&
      (compiled.set.family === 6) !== (context.skb.packet.family === 6) &&
      /ip|net/.test(compiled.set.type)
    )
      return;
    const name = `${context.ns.name} ${action.set}`;
    const change: SetChange = { op: action.op, key: compiled?.kind === 'elements' ? keyOf(compiled.set, action.dims, context) : undefined };
    this.made = new Map(this.made).set(name, [...(this.made.get(name) ?? []), change]);
  }

  /** nft_dynset_eval: adds an entry to a native set of a namespace, or takes one out. */
  noteEntry(netns: string, set: KeyedSet, values: readonly Value[], entry: ChangedEntry): void {
    const name = `${netns} nft ${set.id}`;
    const change: SetChange = { op: entry === 'gone' ? 'del' : 'add', key: values.join(' '), entry };
    this.made = new Map(this.made).set(name, [...(this.made.get(name) ?? []), change]);
  }

  /** @returns what this trace's packets made of a key's entry; undefined where they left it alone. */
  entryOf(netns: string, set: KeyedSet, values: readonly Value[]): ChangedEntry | undefined {
    const changes = this.made.size === 0 ? undefined : this.made.get(`${netns} nft ${set.id}`);
    const key = values.join(' ');
    return changes?.findLast((change) => change.key === key)?.entry;
  }

  /** @returns whether the packet is in the set because of a change; undefined where the set's own elements decide. */
  answer(compiled: CompiledSet, dims: Dims, context: MatchContext): 'yes' | 'no' | 'unclear' | undefined {
    const changes = this.made.size === 0 ? undefined : this.made.get(`${context.ns.name} ${compiled.set.name}`);
    if (changes === undefined) return undefined;
    if (compiled.kind !== 'elements' || changes.some((change) => change.key === undefined)) return 'unclear';
    const key = keyOf(compiled.set, dims, context);
    const last = changes.findLast((change) => change.key === key);
    return last && (last.op === 'add' ? 'yes' : 'no');
  }
}

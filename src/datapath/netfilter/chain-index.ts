import { familyOf, addressBits, maskIp, maskOf, type Ip } from '../../address/ip.js';
import type { Rule, RuleHead } from '../../model/netfilter.js';
import type { PortBox } from '../cache/port-box.js';
import type { Packet } from '../../model/packet.js';
import type { MatchContext } from './context.js';

/** Chains shorter than this are walked rule by rule: looking anything up would cost more. */
const WORTH_INDEXING = 16;

type Positions = number[];

function push<K>(map: Map<K, Positions>, key: K, position: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [position]);
  else list.push(position);
}

function add(found: Positions[], list: Positions | undefined): void {
  if (list !== undefined) found.push(list);
}

/** Positions by network, one map for each prefix length that occurs. */
class PrefixIndex {
  private readonly lengths: { readonly length: number; readonly mask4: Ip; readonly mask6: Ip; readonly nets: Map<Ip, Positions> }[] = [];

  add(addr: Ip, length: number, position: number): void {
    let entry = this.lengths.find((e) => e.length === length);
    if (entry === undefined) {
      entry = { length, mask4: maskOf(4, Math.min(length, 32)), mask6: maskOf(6, length), nets: new Map() };
      this.lengths.push(entry);
    }
    push(entry.nets, addr, position);
  }

  collect(ip: Ip, into: Positions[]): void {
    for (const { mask4, mask6, nets } of this.lengths) {
      const list = nets.get(maskIp(ip, typeof ip === 'number' ? mask4 : mask6));
      if (list !== undefined) into.push(list);
    }
  }
}

const pairKey = (ip: Ip, port: number): number | string => (typeof ip === 'number' ? ip * 65536 + port : `${ip} ${port}`);

const ascending = (ports: Iterable<number>): readonly number[] => [...ports].sort((a, b) => a - b);

/** The ports by which rules are filed, in order: for any destination, and for each of those that are named with one. */
class IndexedPorts {
  readonly any: readonly number[];
  private readonly byTarget = new Map<string, number[]>();
  private readonly sorted = new Map<string, readonly number[]>();

  constructor(dports: Iterable<number>, targets: Iterable<number | string>) {
    this.any = ascending(dports);
    for (const target of targets) {
      const [ip, port] = typeof target === 'number' ? [String(Math.floor(target / 65536)), target % 65536] : splitTarget(target);
      push(this.byTarget, ip, port);
    }
  }

  of(dst: Ip): readonly number[] {
    const key = String(dst);
    let ports = this.sorted.get(key);
    if (ports === undefined) this.sorted.set(key, (ports = ascending(this.byTarget.get(key) ?? [])));
    return ports;
  }
}

function splitTarget(key: string): [string, number] {
  const [ip = '', port = ''] = key.split(' ');
  return [ip, Number(port)];
}

/**
 * Finds the rules of a long chain that a packet could match, in their order: each rule is filed under one plain condition
 * of its head, and a packet asks only for its own address, port and devices. What has no plain condition is always tried,
 * so the walk is exactly that of the whole chain.
 */
export class ChainIndex {
  private readonly byTarget = new Map<number | string, Positions>();
  private readonly byDst = new PrefixIndex();
  private readonly bySrc = new PrefixIndex();
  private readonly byDport = new Map<number, Positions>();
  private readonly byIn = new Map<string, Positions>();
  private readonly byOut = new Map<string, Positions>();
  private readonly rest: Positions = [];
  private indexed: IndexedPorts | undefined;

  private constructor(rules: readonly Pick<Rule, 'head'>[]) {
    rules.forEach((rule, position) => this.file(rule.head ?? {}, position));
  }

  /** @returns an index, or undefined for a chain too short to need one. */
  static of(rules: readonly Pick<Rule, 'head'>[]): ChainIndex | undefined {
    return rules.length < WORTH_INDEXING ? undefined : new ChainIndex(rules);
  }

  private file(head: RuleHead, position: number): void {
    const dst = head.dst?.negated === false && head.dst.value.length > 0 ? head.dst.value : undefined;
    const src = head.src?.negated === false && head.src.value.length > 0 ? head.src.value : undefined;
    const port = head.dport?.negated === false && head.dport.value[0] === head.dport.value[1] ? head.dport.value[0] : undefined;
    const full = dst !== undefined && dst.length === addressBits(familyOf(dst.addr));
    if (dst !== undefined && full && port !== undefined) push(this.byTarget, pairKey(dst.addr, port), position);
    else if (dst !== undefined) this.byDst.add(dst.addr, dst.length, position);
    else if (src !== undefined) this.bySrc.add(src.addr, src.length, position);
    else if (port !== undefined) push(this.byDport, port, position);
    else if (head.out?.negated === false && !head.out.value.endsWith('+')) push(this.byOut, head.out.value, position);
    else if (head.in?.negated === false && !head.in.value.endsWith('+')) push(this.byIn, head.in.value, position);
    else this.rest.push(position);
  }

  /** Tells which ports would find the same rules. */
  private notePort(ports: PortBox, dst: Ip, dport: number): void {
    this.indexed ??= new IndexedPorts(this.byDport.keys(), this.byTarget.keys());
    ports.lookedUp(dport, this.indexed.any);
    ports.lookedUp(dport, this.indexed.of(dst));
  }

  /** @returns the lists of positions to try, each in ascending order, none of them empty. */
  lists({ skb, in: input, out: output, ports }: MatchContext): readonly Positions[] {
    const { packet } = skb;
    if (ports !== undefined && packet.icmpType < 0) this.notePort(ports, packet.dst, packet.dport);
    const found: Positions[] = [];
    if (packet.icmpType < 0) {
      if (this.byTarget.size > 0) add(found, this.byTarget.get(pairKey(packet.dst, packet.dport)));
      if (this.byDport.size > 0) add(found, this.byDport.get(packet.dport));
    }
    this.byDst.collect(packet.dst, found);
    this.bySrc.collect(packet.src, found);
    if (this.byIn.size > 0) add(found, this.byIn.get(input));
    if (this.byOut.size > 0) add(found, this.byOut.get(output));
    if (this.rest.length > 0) found.push(this.rest);
    return found;
  }
}

/** What rules are filed by, of one packet: devices stay as they are while a hook's chains are walked. */
export class FiledBy {
  private readonly src: Ip;
  private readonly dst: Ip;
  private readonly dport: number;

  constructor({ src, dst, dport }: Packet) {
    this.src = src;
    this.dst = dst;
    this.dport = dport;
  }

  /** Whether the packet is still what it was: rules may write into it (nft_payload_set_eval). */
  holds({ src, dst, dport }: Packet): boolean {
    return src === this.src && dst === this.dst && dport === this.dport;
  }
}

/** @returns the place of the first position of an ascending list that is `from` or beyond. */
export function placeOf(list: readonly number[], from: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Goes through several ascending lists as one. */
export class Candidates {
  private readonly at: number[];

  constructor(
    private readonly lists: readonly Positions[],
    from = 0,
  ) {
    this.at = lists.map((list) => placeOf(list, from));
  }

  /** @returns the next position, or undefined at the end. */
  next(): number | undefined {
    if (this.lists.length === 1) return this.lists[0]![this.at[0]!++];
    let best = -1;
    let position = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.lists.length; i++) {
      const candidate = this.lists[i]![this.at[i]!];
      if (candidate !== undefined && candidate < position) {
        position = candidate;
        best = i;
      }
    }
    if (best < 0) return undefined;
    this.at[best]! += 1;
    return position;
  }
}

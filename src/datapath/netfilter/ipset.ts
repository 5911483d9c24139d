import { addressBits, type Prefix, contains, familyOf, parseIp, parsePrefix } from '../../address/ip.js';
import type { IpSet, IpSetMember } from '../../model/netfilter.js';
import { PROTO } from '../../model/packet.js';
import { type Predicate, protocolNumber } from '../../netfilter/index.js';
import type { CompiledSet, CompiledElement, ElementField } from './compiled-set.js';
import { type MatchContext, Tri, tri } from './context.js';
import { changedAnswer, maskedBySet, portOf } from './set-key.js';

const KNOWN = /^(?:hash|bitmap):(?:ip|net|port|iface|mac|mark)(?:,(?:ip|net|port|iface|mac|mark))*$/;

function rangePart(text: string): ElementField | undefined {
  const dash = text.indexOf('-');
  if (dash > 0) {
    const lo = parseIp(text.slice(0, dash));
    const hi = parseIp(text.slice(dash + 1));
    return lo === undefined || hi === undefined ? undefined : { kind: 'range', lo, hi };
  }
  const prefix = parsePrefix(text);
  return prefix && { kind: 'net', prefix };
}

/** ICMP elements name type and code: `icmp:8/0`, `icmp:echo-request`. */
function icmpPort(text: string): number | undefined {
  if (text === 'echo-request' || text === 'ping') return 8 << 8;
  if (text === 'echo-reply' || text === 'pong') return 0;
  const [type, code] = text.split('/').map(Number);
  return type === undefined || code === undefined ? undefined : (type << 8) | code;
}

function portPart(text: string): ElementField | undefined {
  const colon = text.indexOf(':');
  const proto = colon < 0 ? PROTO.TCP : protocolNumber(text.slice(0, colon));
  const icmp = proto === PROTO.ICMP || proto === PROTO.ICMPV6;
  const [lo, hi] = icmp
    ? [icmpPort(text.slice(colon + 1))]
    : text
        .slice(colon + 1)
        .split('-')
        .map(Number);
  return proto === undefined || lo === undefined || Number.isNaN(lo) ? undefined : { kind: 'port', proto, lo, hi: hi ?? lo };
}

function partOf(dim: string, text: string): ElementField | undefined {
  switch (dim) {
    case 'ip':
    case 'net':
      return rangePart(text);
    case 'port':
      return portPart(text);
    case 'iface':
      return { kind: 'iface', name: text.replace(/^physdev:/, ''), physdev: text.startsWith('physdev:'), wildcard: false };
    case 'mac':
      return { kind: 'mac', mac: text.toLowerCase() };
    case 'mark':
      return { kind: 'mark', mark: Number(text) };
    default:
      return undefined;
  }
}

function elementOf(dims: readonly string[], member: IpSetMember): CompiledElement | undefined {
  const texts = member.text.split(',');
  const parts: ElementField[] = [];
  let length = 0;
  for (let i = 0; i < dims.length; i++) {
    const text = texts[i];
    // hash:ip,mac and bitmap:ip,mac may leave the MAC open
    if (text === undefined && dims[i] === 'mac') continue;
    const part = text === undefined ? undefined : partOf(dims[i]!, text);
    if (part === undefined) return undefined;
    if (part.kind === 'net') length += part.prefix.length;
    parts.push(part);
  }
  return { member, parts, nomatch: member.nomatch, length, skbmark: member.skbmark };
}

/** Reads a set once (ip_set_hash_*.c, ip_set_bitmap_*.c, ip_set_list_set.c). */
export function compileSet(set: IpSet): CompiledSet {
  if (set.type === 'list:set') return { kind: 'list', set, members: set.members.map((m) => m.text) };
  if (!KNOWN.test(set.type)) return { kind: 'unreadable', set, why: `set type ${set.type} is not known` };
  const dims = set.type.slice(set.type.indexOf(':') + 1).split(',');
  // a bitmap:port element has no protocol: it holds for TCP and UDP alike
  const elements: CompiledElement[] = [];
  for (const member of set.members) {
    const element = elementOf(dims, member);
    if (element === undefined) return { kind: 'unreadable', set, why: `cannot read the element ${member.text}` };
    elements.push(element);
  }
  elements.sort((a, b) => b.length - a.length);
  const single =
    dims.length === 1 &&
    elements.every(({ parts: [p], nomatch }) => p?.kind === 'net' && !nomatch && p.prefix.length === addressBits(familyOf(p.prefix.addr)));
  return {
    kind: 'elements',
    set,
    dims,
    elements,
    plain: single ? new Set(elements.map(({ parts: [p] }) => (p as { prefix: Prefix }).prefix.addr)) : undefined,
  };
}

function partMatches(part: ElementField, dim: 'src' | 'dst', compiled: IpSet, context: MatchContext): boolean {
  const { packet } = context.skb;
  switch (part.kind) {
    case 'net':
      return contains(part.prefix, maskedBySet(compiled, packet[dim]));
    case 'range': {
      const ip = maskedBySet(compiled, packet[dim]);
      return typeof ip === typeof part.lo && ip >= part.lo && ip <= part.hi;
    }
    case 'port': {
      const port = portOf(context, dim);
      return (compiled.type === 'bitmap:port' || packet.proto === part.proto) && port >= part.lo && port <= part.hi;
    }
    case 'iface': {
      const dev = part.physdev ? (dim === 'src' ? context.skb.physin : context.skb.physout) : dim === 'src' ? context.in : context.out;
      return dev === part.name;
    }
    case 'mac':
      return packet[dim === 'src' ? 'srcMac' : 'dstMac'] === part.mac;
    case 'mark': {
      const mask = Number(compiled.options.get('markmask') ?? 0xffffffff);
      return (packet.mark & mask) >>> 0 === part.mark;
    }
  }
}

type Answer = 'yes' | 'no' | 'nomatch';

type Dims = readonly ('src' | 'dst')[];

function elementFor(compiled: Extract<CompiledSet, { kind: 'elements' }>, dims: Dims, context: MatchContext): CompiledElement | undefined {
  return compiled.elements.find(({ parts }) => parts.every((part, i) => partMatches(part, dims[i] ?? 'src', compiled.set, context)));
}

function lookup(compiled: CompiledSet, dims: Dims, context: MatchContext): Answer | undefined {
  const changed = changedAnswer(compiled, dims, context);
  if (changed !== undefined) return changed === 'unclear' ? undefined : changed;
  switch (compiled.kind) {
    case 'unreadable':
      return undefined;
    case 'list':
      return lookupList(compiled.members, dims, context);
    case 'elements': {
      const wantsV6 = compiled.set.family === 6;
      const { packet } = context.skb;
      if (compiled.dims.some((d) => d === 'ip' || d === 'net') && wantsV6 !== (packet.family === 6)) return 'no';
      if (dims.length < compiled.dims.length && !compiled.dims.includes('mac')) return 'no';
      if (compiled.plain !== undefined) return compiled.plain.has(maskedBySet(compiled.set, packet[dims[0] ?? 'src'])) ? 'yes' : 'no';
      const hit = elementFor(compiled, dims, context);
      return hit === undefined ? 'no' : hit.nomatch ? 'nomatch' : 'yes';
    }
  }
}

function lookupList(members: readonly string[], dims: Dims, context: MatchContext): Answer | undefined {
  let undecided = false;
  for (const name of members) {
    const member = context.ns.ipset(name);
    const answer = member === undefined ? undefined : lookup(member, dims, context);
    if (answer === 'yes') return 'yes';
    if (answer === undefined) undecided = true;
  }
  return undecided ? undefined : 'no';
}

/** xt_set: whether the packet's addresses, ports and devices, in the order of `dims`, make an element of the set. */
export function testSet(predicate: Extract<Predicate, { op: 'set' }>, context: MatchContext): Tri {
  const compiled = context.ns.ipset(predicate.set);
  const answer = compiled && lookup(compiled, predicate.dims, context);
  if (answer !== undefined) return tri(answer === (predicate.returnNomatch ? 'nomatch' : 'yes'));
  const why = whyUnclear(compiled, context);
  context.questions.push({ category: 'ipset', yes: 'in', no: 'out', usual: false, detail: `membership of ipset ${predicate.set}: ${why}` });
  return Tri.Unknown;
}

function whyUnclear(compiled: CompiledSet | undefined, { ns }: MatchContext): string {
  switch (compiled?.kind) {
    case undefined:
      return `its elements are in \`ipset save\`, which ${ns.name}/ipset-save.txt does not show`;
    case 'unreadable':
      return compiled.why;
    case 'elements':
    case 'list':
      return 'a SET target changed it on the way of this packet';
  }
}

/** @returns the mark that the packet's entry in a set holds; undefined where it has no entry; 'unclear' where nobody can tell. */
export function markFromSet(name: string, dims: Dims, context: MatchContext): IpSetMember['skbmark'] | 'unclear' {
  const compiled = context.ns.ipset(name);
  const answer = compiled && lookup(compiled, dims, context);
  if (answer === 'no' || answer === 'nomatch') return undefined;
  if (answer === undefined || compiled?.kind !== 'elements' || changedAnswer(compiled, dims, context) !== undefined) return 'unclear';
  return elementFor(compiled, dims, context)?.skbmark;
}

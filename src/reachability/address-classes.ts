import { familyOf, lastOf, parsePrefix, prefixOf, type Family, type Ip, type Prefix } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import { CompiledTable } from '../datapath/netfilter/compile.js';
import { segmentOf } from '../datapath/link/segment.js';
import type { CompiledSet } from '../datapath/netfilter/ipset.js';
import type { Predicate, Range } from '../datapath/netfilter/predicate.js';
import type { NetnsState } from '../datapath/netns-state.js';
import type { Rule, RuleHead, Table } from '../model/netfilter.js';
import { Partition, type Condition } from './partition.js';
import { allAddresses, toSet } from './ranges.js';

/** Blocks that the kernel itself treats apart: martians, loopback, multicast, link-local; IPv6 by scope and RFC 6724 label. */
const BUILT_IN: Readonly<Record<Family, readonly string[]>> = {
  4: ['0.0.0.0/8', '0.0.0.0/32', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '224.0.0.0/24', '255.255.255.255/32'],
  6: ['::/128', '::1/128', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
};

/** RFC 6724's labels: they sway which source a socket bound to no address answers a datagram from. */
const LABELS = ['::/96', '::ffff:0:0/96', '2001::/32', '2002::/16', 'fc00::/7'];

const rangeOf = (prefix: Prefix): Range => [prefix.addr, lastOf(prefix)];

/** A mask with holes covers many blocks; beyond this many it is not expanded. */
const MOST_BLOCKS = 4096;

/** Addresses with `(address & mask) == value`, for masks with holes too. */
function maskedRanges(addr: Ip, mask: Ip): readonly Range[] {
  const bits = typeof addr === 'number' ? 32 : 128;
  const narrow = (n: bigint): Ip => (typeof addr === 'number' ? Number(n) : n);
  let run = 0;
  const m = BigInt(mask);
  while (run < bits && ((m >> BigInt(run)) & 1n) === 0n) run++;
  const holes: bigint[] = [];
  for (let bit = run; bit < bits; bit++) if (((m >> BigInt(bit)) & 1n) === 0n) holes.push(1n << BigInt(bit));
  const count = Math.min(2 ** holes.length, MOST_BLOCKS);
  return Array.from({ length: count }, (_, n): Range => {
    const lo = holes.reduce((sum, hole, i) => ((n >> i) & 1 ? sum | hole : sum), BigInt(addr));
    return [narrow(lo), narrow(lo + (1n << BigInt(run)) - 1n)];
  });
}

function prefixRanges({ addr, mask, length }: Prefix): readonly Range[] {
  return length >= 0 ? [rangeOf({ addr, mask, length })] : maskedRanges(addr, mask);
}

function* setConditions(ns: NetnsState, name: string, family: Family, seen: ReadonlySet<string> = new Set()): Generator<Condition> {
  const set: CompiledSet | undefined = seen.has(name) ? undefined : ns.ipset(name);
  if (set === undefined || set.kind === 'unreadable') return;
  if (set.kind === 'list') {
    for (const member of set.members) yield* setConditions(ns, member, family, new Set([...seen, name]));
    return;
  }
  const parts = set.elements.flatMap((element) => element.parts);
  const ranges = parts.flatMap((part): readonly Range[] =>
    part.kind === 'net' ? [rangeOf(part.prefix)] : part.kind === 'range' ? [[part.lo, part.hi]] : [],
  );
  const own = ranges.filter(([lo]) => familyOf(lo) === family);
  // with one dimension and no exceptions the members are alike
  if (set.dims.length === 1 && set.elements.every((e) => !e.nomatch) && set.set.options.get('netmask') === undefined) yield toSet(own);
  else for (const range of own) yield [range];
}

const ADDRESS_FIELDS: ReadonlySet<string> = new Set(['src', 'dst', 'ctorigsrc', 'ctorigdst', 'ctreplsrc', 'ctrepldst']);

function* predicateConditions(predicate: Predicate, ns: NetnsState, family: Family): Generator<Condition> {
  switch (predicate.op) {
    case 'not':
      yield* predicateConditions(predicate.of, ns, family);
      return;
    case 'and':
    case 'or':
      for (const part of predicate.of) yield* predicateConditions(part, ns, family);
      return;
    case 'in':
      if (ADDRESS_FIELDS.has(predicate.field)) yield toSet(predicate.ranges);
      return;
    case 'masked':
      if (ADDRESS_FIELDS.has(predicate.field)) yield toSet(maskedRanges(predicate.value, predicate.mask));
      return;
    case 'set':
      yield* setConditions(ns, predicate.set, family);
      return;
    case 'const':
    case 'anybit':
    case 'iface':
    case 'physdev':
    case 'addrtype':
    case 'rpfilter':
    case 'owned':
    case 'socket':
    case 'bytes':
    case 'unknown':
      return;
  }
}

/** Modules that look at no address; all else is compiled to see. */
const PLAIN =
  / -m (?!(?:tcp|udp|comment|addrtype|state|limit|mark|physdev|icmp|icmp6|ipv6-icmp|multiport) )| --ctorig| --ctrepl|-j (?:NETMAP|TPROXY)|--to-(?:source|destination) \S*\d-/;
const FINAL = / -j (?:ACCEPT|DROP|RETURN|REJECT)\b/;

/** A rule's line without its source, where it is one of a run that differs in nothing else. */
function runKey(rule: Rule, head: RuleHead): string | undefined {
  if (head.src === undefined || head.src.negated || head.src.value.length < 0 || head.dst !== undefined || !FINAL.test(rule.text))
    return undefined;
  const at = rule.text.indexOf(' -s ');
  const end = rule.text.indexOf(' ', at + 4);
  return at < 0 ? undefined : rule.text.slice(0, at) + rule.text.slice(end < 0 ? rule.text.length : end);
}

/** Tells rules whose conditions do not count. */
export type SkipRule = (head: RuleHead, rule: Rule) => boolean;

/** Conditions of a chain; a run of rules that only differ in their source is one condition, since it has one effect. */
function* chainConditions(
  rules: readonly Rule[],
  compile: (position: number) => Predicate | undefined,
  ns: NetnsState,
  family: Family,
  skip: SkipRule,
): Generator<Condition> {
  let run: Range[] = [];
  let running: string | undefined;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i]!;
    const { head } = rule;
    if (head === undefined || PLAIN.test(rule.text)) {
      const predicate = compile(i);
      if (predicate !== undefined) yield* predicateConditions(predicate, ns, family);
      continue;
    }
    if (skip(head, rule)) continue;
    const key = runKey(rule, head);
    if (key !== running && run.length > 0) {
      yield toSet(run);
      run = [];
    }
    running = key;
    if (key !== undefined) {
      run.push(...prefixRanges(head.src!.value));
      continue;
    }
    for (const address of [head.src, head.dst])
      if (address !== undefined && address.value.length !== 0) yield toSet(prefixRanges(address.value));
  }
  if (run.length > 0) yield toSet(run);
}

/** @returns what the rules of a table ask of addresses. */
export function* tableConditions(ns: NetnsState, table: Table, family: Family, skip: SkipRule = () => false): Generator<Condition> {
  const compiled = new CompiledTable(table, family);
  for (const chain of table.chains.values()) {
    yield* chainConditions(chain.rules, (position) => compiled.chain(chain.name)?.rule(position)?.predicate, ns, family, skip);
  }
}

/** Where the source that a namespace chooses changes with the destination (RFC 6724 rule 8: the longest common prefix). */
function* sourceChoices(ns: NetnsState): Generator<Condition> {
  const own = [...ns.interfaces.values()]
    .flatMap((i) => i.addresses.filter((a) => a.scope !== 'link').map((a) => a.ip))
    .filter((ip) => typeof ip === 'bigint');
  for (const a of own) {
    for (const b of own) {
      if (a === b) continue;
      const shared = 128 - (a ^ b).toString(2).length;
      yield [rangeOf(prefixOf(a, Math.min(128, shared + 1)))];
    }
  }
}

/** An entry that the kernel learned of a machine outside says nothing that asking would not. */
function beyondUplink(machine: Machine, ns: NetnsState, ip: Ip): boolean {
  if (ns !== machine.root || machine.ownerOf(ip) !== undefined) return false;
  const route = ns.route({ dst: ip, src: undefined, iif: '', oif: '', mark: 0, tos: 0, proto: 0, sport: 0, dport: 0 });
  return route.kind === 'unicast' && segmentOf(machine, ns, route.dev).uplinks.length > 0;
}

function* namespaceConditions(machine: Machine, ns: NetnsState, family: Family): Generator<Condition> {
  const { netns } = ns;
  const plain = function* (prefix: Prefix | undefined): Generator<Condition> {
    if (prefix !== undefined && familyOf(prefix.addr) === family && prefix.length !== 0) yield toSet(prefixRanges(prefix));
  };
  const one = function* (ip: Ip | undefined): Generator<Condition> {
    if (ip !== undefined && familyOf(ip) === family) yield [[ip, ip]];
  };
  for (const route of netns.routes) {
    yield* plain(route.dst);
    yield* plain(route.src);
  }
  for (const rule of netns.rules) {
    yield* plain(rule.from);
    yield* plain(rule.to);
  }
  for (const { addresses } of netns.interfaces) {
    for (const { ip, peer, prefixLength } of addresses) {
      yield* one(ip);
      const net = prefixOf(peer ?? ip, prefixLength);
      yield* plain(net);
      if (family === 4) yield* one(lastOf(net));
    }
  }
  for (const { ip, state } of netns.neighbours) if (state === 'PERMANENT' || !beyondUplink(machine, ns, ip)) yield* one(ip);
  for (const socket of netns.sockets) yield* one(socket.ip);
  for (const ruleset of netns.rulesets) {
    if (ruleset.family !== family) continue;
    for (const table of ruleset.tables.values()) yield* tableConditions(ns, table, family);
  }
}

/** ipv6_addr_scope: the fourth hexadecimal digit of a multicast address, whatever its flags are. */
function* multicastScopes(): Generator<Condition> {
  for (let scope = 0n; scope < 16n; scope++) {
    yield Array.from({ length: 16 }, (_, flags): Range => rangeOf(prefixOf((0xff00n | (BigInt(flags) << 4n) | scope) << 112n, 16)));
  }
}

/** A prefix that NETMAP maps onto another. */
interface Mapping {
  readonly from: Prefix;
  readonly to: Ip;
}

function mappingsOf(machine: Machine, family: Family): readonly Mapping[] {
  const rules = [...machine.namespaces.values()].flatMap(({ netns }) =>
    netns.rulesets
      .filter((set) => set.family === family)
      .flatMap((set) => [...(set.tables.get('nat')?.chains.values() ?? [])].flatMap((c) => c.rules)),
  );
  return rules.flatMap(({ text, spec, head }): readonly Mapping[] => {
    if (!text.includes(' -j NETMAP')) return [];
    const to = parsePrefix(spec.target?.options.find((o) => o.flag === '--to')?.args[0] ?? '');
    return [head?.src, head?.dst].flatMap((from) =>
      to === undefined || from === undefined || from.value.length < 0
        ? []
        : [{ from: prefixOf(from.value.addr, Math.max(from.value.length, to.length)), to: to.addr }],
    );
  });
}

/** What a condition on translated addresses asks of those before translation. */
function* before(condition: Condition, mappings: readonly Mapping[]): Generator<Condition> {
  for (const { from, to } of mappings) {
    const offset = BigInt(from.addr) - BigInt(to);
    const [first, last] = rangeOf(from);
    const moved = condition.flatMap(([lo, hi]): readonly Range[] => {
      const [a, b] = [BigInt(lo) + offset, BigInt(hi) + offset];
      const clipped = [a > BigInt(first) ? a : BigInt(first), b < BigInt(last) ? b : BigInt(last)] as const;
      if (clipped[0] > clipped[1]) return [];
      return typeof first === 'number' ? [[Number(clipped[0]), Number(clipped[1])]] : [clipped];
    });
    if (moved.length > 0) yield moved;
  }
}

function* conditionsOf(machine: Machine, family: Family, labels: boolean): Generator<Condition> {
  const mappings = mappingsOf(machine, family);
  for (const text of BUILT_IN[family]) yield [rangeOf(parsePrefix(text)!)];
  if (family === 6) yield* multicastScopes();
  if (family === 6 && labels) for (const text of LABELS) yield [rangeOf(parsePrefix(text)!)];
  for (const ns of machine.namespaces.values()) {
    if (family === 6 && labels) yield* sourceChoices(ns);
    for (const condition of namespaceConditions(machine, ns, family)) {
      yield condition;
      if (mappings.length > 0) yield* before(condition, mappings);
    }
  }
}

/**
 * Parts all addresses of a family by everything in the snapshot that looks at addresses: rules, sets, routes, policy rules,
 * interfaces, neighbours and sockets of every namespace. Two addresses of one class are treated alike wherever they stand
 * in a packet, except where a NAT target hashes them to choose from several addresses.
 * @param labels also by what the choice of a source address looks at; only senders of datagrams, and destinations, need it.
 */
export function addressClasses(machine: Machine, family: Family, labels = true): Partition {
  return new Partition(allAddresses(family)[0]!, conditionsOf(machine, family, labels));
}

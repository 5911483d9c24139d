import { familyOf, addressBits, parseIp, type Ip } from '../../address/ip.js';
import {
  type CompiledTable,
  Tri,
  type MatchContext,
  type NetnsView,
  SetChanges,
  type NetnsState,
  type Toil,
  firstPacket,
  newSkb,
  settle,
  type WalkAhead,
} from '../../datapath/index.js';
import { type Range, PORT_MAX } from '../../address/ranges.js';
import type { RuleHead } from '../../model/netfilter.js';
import type { Origin } from '../../model/origin.js';
import type { FlowProto, Step } from '../../model/trace.js';
import { headMayMatch, holdsForAll } from './may-match.js';
import { factsIn } from '../../netfilter/iptables/index.js';
import { Partition } from './partition.js';
import { nativePortUse, portUse, type PortUse } from './rule-ports.js';

/** How a traversal parts the ports of the packets that make it; absent where it looks at none. */
export interface PortParts {
  readonly sport?: Partition;
  readonly dport?: Partition;
  /** By what rules ask of the ports that the connection began with. */
  readonly ct?: Partition;
  readonly opaque?: Origin;
}

/** A rule that looks at ports, or that leads to rules that do. */
interface Fact {
  readonly position: number;
  readonly head: RuleHead;
  readonly use: PortUse | undefined;
  readonly leadsTo: string | undefined;
  /** A verdict by the connection's state alone: what follows is not met. */
  readonly ends: boolean;
  /** May take the packet out of the chain, past a verdict that stands further down. */
  readonly leaves: boolean;
}

/** The rules of a chain that matter here, filed by the plain address they ask for. */
interface ChainFacts {
  readonly byDst: ReadonlyMap<Ip, readonly Fact[]>;
  readonly rest: readonly Fact[];
}

/** In longer chains, rules that differ in their source alone are not told apart: ports are parted finer than need be, and sooner. */
const MANY = 64;

function joined(facts: readonly Fact[]): readonly Fact[] {
  const out: Fact[] = [];
  const frames = new Map<string, { readonly sport: Map<string, Range>; readonly dport: Map<string, Range> }>();
  for (const fact of facts) {
    const { head, use, leadsTo, ends, leaves } = fact;
    if (
      use === undefined ||
      leadsTo !== undefined ||
      ends ||
      leaves ||
      use.opaque !== undefined ||
      use.ct !== undefined ||
      head.src === undefined
    ) {
      out.push(fact);
      continue;
    }
    const { src: _src, sport: _sport, dport: _dport, ...frame } = head;
    const key = JSON.stringify(frame, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    let known = frames.get(key);
    if (known === undefined) {
      known = { sport: new Map<string, Range>(), dport: new Map<string, Range>() };
      frames.set(key, known);
      out.push({ ...fact, head: frame, use: viewOf(known) });
    }
    for (const range of use.sport) known.sport.set(range.join(), range);
    for (const range of use.dport) known.dport.set(range.join(), range);
  }
  return out;
}

/** The ports of a frame, as far as they are known when they are asked for. */
function viewOf(frame: { readonly sport: ReadonlyMap<string, Range>; readonly dport: ReadonlyMap<string, Range> }): PortUse {
  return {
    get sport() {
      return [...frame.sport.values()];
    },
    get dport() {
      return [...frame.dport.values()];
    },
  };
}

type TableStep = Extract<Step, { kind: 'table' }>;

const singleAddress = (head: RuleHead): Ip | undefined =>
  head.dst?.negated === false && head.dst.value.length === addressBits(familyOf(head.dst.value.addr)) ? head.dst.value.addr : undefined;

/** Parts ports by what the tables of one machine's namespaces ask of them. Remembers what it found. */
export class TablePorts {
  constructor(private readonly toil: Pick<Toil, 'spend'>) {}

  private readonly facts = new Map<CompiledTable, Map<string, ChainFacts>>();
  private readonly known = new Map<string, PortParts>();
  private readonly natives = new Map<string, PortParts>();

  private factsOf(table: CompiledTable, name: string, ns: NetnsView): ChainFacts {
    let chains = this.facts.get(table);
    if (chains === undefined) this.facts.set(table, (chains = new Map<string, ChainFacts>()));
    const known = chains.get(name);
    if (known !== undefined) return known;
    const byDst = new Map<Ip, Fact[]>();
    const rest: Fact[] = [];
    const all = factsIn(table.table, table.family);
    table.chain(name)?.chain.rules.forEach((rule, position) => {
      const told = all.of(rule);
      const use = portUse(rule, told, ns);
      const [leadsTo] = told.leadsTo;
      const ends = told.decides && told.asksState;
      const { leaves } = told;
      if (use === undefined && leadsTo === undefined && !ends && !leaves) return;
      const head = rule.head ?? {};
      const fact = { position, head, use, leadsTo, ends, leaves };
      const dst = singleAddress(head);
      const list = dst === undefined ? rest : byDst.get(dst);
      if (list === undefined) byDst.set(dst!, [fact]);
      else list.push(fact);
    });
    const made: ChainFacts = { byDst, rest: rest.length > MANY ? joined(rest) : rest };
    chains.set(name, made);
    return made;
  }

  /**
   * Collects from a chain, and from those that the packet may be sent to from there.
   * @returns whether no packet goes beyond the chain.
   */
  private *collect(
    table: CompiledTable,
    name: string,
    context: MatchContext,
    ct: string | undefined,
    seen: Set<string>,
    into: PortUse[],
  ): WalkAhead<boolean> {
    if (seen.has(name)) return false;
    seen.add(name);
    const { byDst, rest } = this.factsOf(table, name, context.ns);
    const filed = byDst.get(context.skb.packet.dst) ?? [];
    const facts = filed.length === 0 ? rest : [...filed, ...rest].sort((a, b) => a.position - b.position);
    this.toil.spend(facts.length);
    let allStay = true;
    for (const { position, head, use, leadsTo, ends, leaves } of facts) {
      if (!headMayMatch(head, context)) continue;
      const predicate = leadsTo === undefined && !ends && !leaves ? undefined : table.chain(name)?.rule(position)?.predicate;
      const holds = predicate === undefined ? Tri.Unknown : holdsForAll(predicate, context, ct);
      if (holds === Tri.No) continue;
      if (use !== undefined) into.push(use);
      const ended = leadsTo === undefined ? ends : yield this.collect(table, leadsTo, context, ct, seen, into);
      if (ended && allStay && holds === Tri.Yes) return true;
      if (leaves) allStay = false;
    }
    return false;
  }

  /**
   * @param ct what conntrack called the packet in this namespace.
   * @returns how a table that was walked parts ports.
   */
  of(ns: NetnsState, step: TableStep, proto: FlowProto, ct: string | undefined): PortParts {
    const key = `${step.netns} ${step.hook} ${step.nft ?? ''} ${step.table} ${proto} ${step.packet.src} ${step.packet.dst} ${step.in} ${step.out} ${ct ?? ''}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const { nft, table: name } = step;
    const parts = nft === undefined ? this.ofTables(ns, step, proto, ct) : this.ofNative(ns, step.family, { nft, table: name });
    this.known.set(key, parts);
    return parts;
  }

  /** What all rules of a native table ask of ports: finer than what one packet meets, and the same for all packets. */
  private ofNative(ns: NetnsState, family: 4 | 6, only: { readonly nft: string; readonly table: string }): PortParts {
    const key = `${ns.name} ${family} ${only.nft} ${only.table}`;
    let parts = this.natives.get(key);
    if (parts === undefined) {
      parts = partsOf([...ns.natives.rules(family, only)].flatMap((rule) => nativePortUse(rule, ns) ?? []));
      this.natives.set(key, parts);
    }
    return parts;
  }

  private ofTables(ns: NetnsState, step: TableStep, proto: FlowProto, ct: string | undefined): PortParts {
    const uses: PortUse[] = [];
    const packet = firstPacket(proto, { src: parseIp(step.packet.src) ?? 0, dst: parseIp(step.packet.dst) ?? 0, sport: 0, dport: 0 });
    const context: MatchContext = {
      skb: newSkb(packet, 0, step.reply),
      ns,
      hook: step.hook,
      in: step.in,
      out: step.out,
      changes: new SetChanges(),
      questions: [],
    };
    for (const { table, base } of ns.tablesAt(step.family, step.hook, step.table))
      settle(this.collect(table, base.name, context, ct, new Set(), uses), false);
    this.toil.spend(uses.length);
    return partsOf(uses);
  }
}

const partitions = new Map<string, Partition>();
/** So many partitions are kept: hosts have few kinds of chains. */
const KEPT = 512;

/** @returns the partition by these ranges, each a condition of its own; undefined where there are none. */
export function partitionPorts(ranges: readonly Range[]): Partition | undefined {
  const distinct = new Map(ranges.map((range) => [Number(range[0]) * (PORT_MAX + 1) + Number(range[1]), range]));
  if (distinct.size === 0) return undefined;
  const key = [...distinct.keys()].sort((a, b) => a - b).join();
  const known = partitions.get(key);
  if (known !== undefined) return known;
  const made = new Partition(
    [0, PORT_MAX],
    [...distinct.values()].map((range) => [range]),
  );
  if (partitions.size >= KEPT) partitions.clear();
  partitions.set(key, made);
  return made;
}

function partsOf(uses: readonly PortUse[]): PortParts {
  const sport = partitionPorts(uses.flatMap((use) => use.sport));
  const dport = partitionPorts(uses.flatMap((use) => use.dport));
  const ct = partitionPorts(uses.flatMap((use) => use.ct ?? []));
  const opaque = uses.find((use) => use.opaque !== undefined)?.opaque;
  return { ...(sport && { sport }), ...(dport && { dport }), ...(ct && { ct }), ...(opaque && { opaque }) };
}

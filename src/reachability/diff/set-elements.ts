import type { Machine, NetnsState } from '../../datapath/index.js';
import { conditionsOf } from '../../netfilter/index.js';
import { allChains, factsIn } from '../../netfilter/iptables/index.js';
import { countSetElements, namedSetsOf, printSetElementAt } from '../../netfilter/nftables/index.js';
import type { Host } from '../../model/host.js';
import type { IpSetMember } from '../../model/netfilter.js';
import type { NftFamily, NftSet, NftTable } from '../../model/nftables/ruleset.js';
import type { Origin } from '../../model/origin.js';
import type { RuleHit } from '../../model/trace.js';
import { mayBeBetween, mayBeField, mayBeKey, type PacketAt, type SeenValues } from './seen-values.js';
import { ipsetKey, memberText, nftSetKey } from './set-names.js';

/** An element of a set that a rule looks up. */
export interface NamedElement {
  /** What tells its set from every other of its namespace. */
  readonly set: string;
  readonly text: string;
  /** `203.0.113.7 in ipset blocked`. */
  readonly name: string;
  readonly origin: Origin;
}

/** A set that a rule looks up: of ipsets, by which ends of the packet; of nftables by whatever its rule says. */
type LookedUp =
  | { readonly ipset: string; readonly dims: readonly ('src' | 'dst')[] }
  | { readonly nft: NftFamily; readonly table: string; readonly name: string };

type Stands = (rule: { readonly origin: Origin }) => boolean;

function ofIptablesRule(host: Host, hit: RuleHit, stands: Stands): readonly LookedUp[] {
  const places = allChains(host).filter(({ netns, chain }) => netns === hit.netns && chain.name === hit.chain);
  return places.flatMap(({ table, ruleset: { family }, chain }) => {
    const rule = chain.rules.find(stands);
    if (rule === undefined) return [];
    const facts = factsIn(table, family);
    const conditions = conditionsOf({ action: facts.of(rule).action, predicate: facts.predicate(rule) });
    return conditions.flatMap((one) => (one.op === 'set' ? [{ ipset: one.set, dims: one.dims }] : []));
  });
}

function ofNativeRule(host: Host, hit: RuleHit, stands: Stands): readonly LookedUp[] {
  const { nft, table: name } = hit;
  const table = host.netns.get(hit.netns)?.nftables?.tables.find((one) => one.family === nft && one.name === name);
  // JSON may hold all rules in one line: their handles tell them apart
  const rule = table?.chains.get(hit.chain)?.rules.find((one) => stands(one) && one.handle === hit.handle);
  return rule === undefined || nft === undefined ? [] : [...namedSetsOf(rule)].map((set) => ({ nft, table: name, name: set }));
}

/** The sets that the rules of a machine look up, looked for once a rule. */
export class SetsOfRules {
  private readonly known = new Map<string, readonly LookedUp[]>();

  constructor(private readonly host: Host) {}

  /** @returns the sets that the rule of a hit looks up. */
  of(hit: RuleHit): readonly LookedUp[] {
    const { netns, family, chain, file, line, handle } = hit;
    const key = [netns, family, chain, file, line, handle].join(' ');
    let sets = this.known.get(key);
    if (sets === undefined) {
      const stands: Stands = ({ origin }) => origin.file === file && origin.line === line;
      sets = (hit.nft === undefined ? ofIptablesRule : ofNativeRule)(this.host, hit, stands);
      this.known.set(key, sets);
    }
    return sets;
  }
}

type Dims = readonly ('src' | 'dst')[];

function* ofIpset(ns: NetnsState, name: string, dims: Dims, at: PacketAt, within: readonly string[] = []): Generator<NamedElement> {
  const compiled = ns.ipset(name);
  if (compiled === undefined || within.includes(name)) return;
  const told = (member: IpSetMember): NamedElement => {
    const text = memberText(member);
    return { set: ipsetKey(name), text, name: `${text} in ipset ${name}`, origin: member.origin };
  };
  if (compiled.kind === 'elements') {
    for (const { member, parts } of compiled.elements)
      if (parts.every((part, i) => mayBeField(part, dims[i] ?? 'src', compiled.set, at))) yield told(member);
    return;
  }
  for (const member of compiled.set.members) {
    yield told(member);
    if (compiled.kind === 'list') yield* ofIpset(ns, member.text, dims, at, [...within, name]);
  }
}

function nativeMayBe({ elements, key }: NftSet, at: number, seen: SeenValues): boolean {
  if (elements.kind === 'list') return mayBeKey(elements.of[at]!.key, key, seen);
  return mayBeBetween(elements.type, elements.lo[at]!, elements.hi[at]!, seen);
}

function* ofNative(table: NftTable, set: NftSet, seen: SeenValues): Generator<NamedElement> {
  const { elements, origin } = set;
  const of = `${set.data === undefined ? 'set' : 'map'} ${set.name} of ${table.family} ${table.name}`;
  for (let at = 0; at < countSetElements(set); at++) {
    if (!nativeMayBe(set, at, seen)) continue;
    const text = printSetElementAt(set, at);
    const { line, file = origin.file } = elements.kind === 'list' ? elements.of[at]! : { line: elements.lines[at]! };
    yield { set: nftSetKey(table, set.name), text, name: `${text} in ${of}`, origin: { file, line } };
  }
}

function* ofSet(ns: NetnsState, looked: LookedUp, met: MetRule): Generator<NamedElement> {
  if ('ipset' in looked) {
    yield* ofIpset(ns, looked.ipset, looked.dims, met.at);
    return;
  }
  const table = ns.netns.nftables?.tables.find(({ family, name }) => family === looked.nft && name === looked.table);
  const set = table?.sets.get(looked.name);
  if (table !== undefined && set !== undefined) yield* ofNative(table, set, met.seen);
}

/** A rule that a packet met: with what the packet was there, and all that it was on its way. */
export interface MetRule {
  readonly hit: RuleHit;
  readonly at: PacketAt;
  readonly seen: SeenValues;
}

/**
 * @param rules of the machine whose rule the packet met.
 * @param held the machine whose elements of its sets are wanted.
 * @returns those that the packet may be one of.
 */
export function elementsMet(rules: SetsOfRules, held: Machine, met: MetRule): readonly NamedElement[] {
  const ns = held.namespaces.get(met.hit.netns);
  return ns === undefined ? [] : rules.of(met.hit).flatMap((looked) => [...ofSet(ns, looked, met)]);
}

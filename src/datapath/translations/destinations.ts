import { lastOf } from '../../address/ip.js';
import { ALL_PORTS, PORT_MAX, covers, includes, intersect, subtract, toSet, type Range, type RangeSet } from '../../address/ranges.js';
import { PROTO } from '../../model/packet.js';
import { conjuncts, type Predicate, type Field } from '../../netfilter/index.js';
import type { CompiledSet } from '../netfilter/compiled-set.js';

export type Proto = 'tcp' | 'udp';

/** What rules ask of the destination of a connection that they take; other conditions of theirs are left out, so it is never less. */
export interface Destinations {
  readonly protos: readonly Proto[];
  /** The addresses asked for; absent where all but the spared ones do. */
  readonly at?: RangeSet;
  readonly sparedAt: RangeSet;
  /** The ports asked for; absent where all but the spared ones do. */
  readonly ports?: RangeSet;
  readonly sparedPorts: RangeSet;
}

export const ANYWHERE: Destinations = { protos: ['tcp', 'udp'], sparedAt: [], sparedPorts: [] };

const PROTOS: readonly (readonly [Proto, number])[] = [
  ['tcp', PROTO.TCP],
  ['udp', PROTO.UDP],
];

type Wanted = { readonly asked: RangeSet } | { readonly spared: RangeSet };
type SetOf = (name: string) => CompiledSet | undefined;
type Dims = readonly ('src' | 'dst')[];
type Kind = 'address' | 'port';

/** The values of one dimension of a set; undefined where it has none of that kind. */
function valuesIn(set: CompiledSet | undefined, dims: Dims, kind: Kind, setOf: SetOf, seen: readonly string[] = []): RangeSet | undefined {
  if (set === undefined || set.kind === 'unreadable' || seen.includes(set.set.name)) return undefined;
  if (set.kind === 'list') {
    const lists = set.members.map((name) => valuesIn(setOf(name), dims, kind, setOf, [...seen, set.set.name]));
    // one member that is not known may hold anything
    return lists.every((list) => list !== undefined) ? toSet(lists.flat()) : undefined;
  }
  const at = set.dims.findIndex((dim, i) => dims[i] === 'dst' && (kind === 'port' ? dim === 'port' : dim === 'ip' || dim === 'net'));
  if (at < 0) return undefined;
  return toSet(
    set.elements.flatMap(({ parts, nomatch }): readonly Range[] => {
      const part = parts[at];
      if (nomatch || part === undefined) return [];
      if (part.kind === 'net') return [[part.prefix.addr, lastOf(part.prefix)]];
      return part.kind === 'range' || part.kind === 'port' ? [[part.lo, part.hi]] : [];
    }),
  );
}

/** Ports from the first to the last with gaps are how a condition with `!` spares those of the gaps. */
function allBut(asked: RangeSet, field: Field): Wanted {
  const isNegated = field === 'dport' && includes(asked, 0) && includes(asked, PORT_MAX);
  return isNegated ? { spared: subtract(ALL_PORTS, asked) } : { asked };
}

/** The values of a field that a native set has in its keys. */
function lookedUp({ key, set }: Extract<Predicate, { op: 'lookup' }>, field: Field): Wanted | undefined {
  const at = key.findIndex((term) => term.op === 'field' && term.field === field);
  if (at < 0 || set.dynamic || set.unread !== undefined) return undefined;
  const parts = set.entries.map((entry) => entry.key[at]);
  const ranges = parts.flatMap((part): readonly Range[] => (part?.kind === 'range' ? [[part.lo, part.hi]] : []));
  return set.plain === undefined && ranges.length === parts.length ? { asked: toSet(ranges) } : undefined;
}

/** What one condition says of a field: the values that it asks for, or those that it spares. */
function wanted(one: Predicate, field: Field, setOf: SetOf): Wanted | undefined {
  if (one.op === 'in' && one.field === field) return allBut(toSet(one.ranges), field);
  if (one.op === 'not' && one.of.op === 'in' && one.of.field === field) return { spared: toSet(one.of.ranges) };
  if (one.op === 'lookup') return lookedUp(one, field);
  if (one.op !== 'set' || one.returnNomatch || field === 'proto') return undefined;
  const values = valuesIn(setOf(one.set), one.dims, field === 'dport' ? 'port' : 'address', setOf);
  return values && { asked: values };
}

/** The values of a field that all conditions together leave. */
function narrowed(
  asked: RangeSet | undefined,
  spared: RangeSet,
  of: readonly Predicate[],
  field: Field,
  setOf: SetOf,
): readonly [asked: RangeSet | undefined, spared: RangeSet] {
  let [left, without] = [asked, spared];
  for (const one of of) {
    const said = wanted(one, field, setOf);
    if (said === undefined) continue;
    if ('spared' in said) without = toSet([...without, ...said.spared]);
    else left = left === undefined ? said.asked : intersect(left, said.asked);
  }
  return [left && without.length > 0 ? subtract(left, without) : left, without];
}

/**
 * @param setOf gives the ipsets of the namespace.
 * @returns what is left of some destinations once a rule's conditions hold as well; undefined where nothing is.
 */
export function narrow(before: Destinations, predicate: Predicate, setOf: SetOf): Destinations | undefined {
  const all = conjuncts(predicate);
  const [asked, spared] = narrowed(undefined, [], all, 'proto', setOf);
  const protos = before.protos.filter((name) => {
    const number = PROTOS.find(([proto]) => proto === name)![1];
    const isIn = (set: RangeSet): boolean => set.some(([lo, hi]) => lo <= number && number <= hi);
    return (asked === undefined || isIn(asked)) && !isIn(spared);
  });
  const [at, sparedAt] = narrowed(before.at, before.sparedAt, all, 'dst', setOf);
  const [ports, sparedPorts] = narrowed(before.ports, before.sparedPorts, all, 'dport', setOf);
  if (protos.length === 0 || at?.length === 0 || ports?.length === 0) return undefined;
  return { protos, sparedAt, sparedPorts, ...(at && { at }), ...(ports && { ports }) };
}

function leaves(asked: RangeSet | undefined, spared: RangeSet, inner: RangeSet | undefined, innerSpared: RangeSet): boolean {
  if (asked !== undefined) return inner !== undefined && covers(asked, inner);
  return inner === undefined ? covers(innerSpared, spared) : intersect(inner, spared).length === 0;
}

/** @returns whether every destination of `inner` is one of `outer`. */
export function takesIn(outer: Destinations, inner: Destinations): boolean {
  return (
    inner.protos.every((proto) => outer.protos.includes(proto)) &&
    leaves(outer.at, outer.sparedAt, inner.at, inner.sparedAt) &&
    leaves(outer.ports, outer.sparedPorts, inner.ports, inner.sparedPorts)
  );
}

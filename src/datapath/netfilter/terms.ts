import type { Ip } from '../../address/ip.js';
import {
  mayHold,
  type Guess,
  type OracleQuery,
  type KeyedSet,
  type KeyPart,
  type SetEntry,
  SetIndex,
  type Term,
  type Value,
} from '../../netfilter/index.js';
import { bitsOf } from './bits.js';
import { aroundPort } from './set-ports.js';
import type { MatchContext } from './context.js';
import { fibValue } from './fib-value.js';
import { getterOf } from './fields.js';
import { ownerValue } from './sending-socket.js';

/** Nobody can tell the value from the snapshot; the reasons are in the context's questions. */
export const UNKNOWN = Symbol('unknown');
export type Unknown = typeof UNKNOWN;

/** Chooses one value of those that the kernel may draw, where it is chosen yet; `map` is where it is looked up. */
export type Pick = (
  term: Extract<Term, { op: 'draw' }>,
  map: { readonly set: KeyedSet; readonly field: number } | undefined,
) => Ip | Unknown;

const PORTS: ReadonlySet<string> = new Set(['sport', 'dport', 'ctorigsrcport', 'ctorigdstport', 'ctreplsrcport', 'ctrepldstport']);

function binary(by: Extract<Term, { op: 'binary' }>['by'], left: Ip, right: Ip): Ip {
  const [a, b] = [BigInt(left), BigInt(right)];
  const value = { '&': () => a & b, '|': () => a | b, '^': () => a ^ b, '<<': () => a << b, '>>': () => a >> b }[by]();
  return typeof left === 'bigint' || value > 0xffffffffffffn ? value : Number(by === '<<' ? BigInt.asUintN(32, value) : value);
}

function ifname(which: Extract<Term, { op: 'ifname' }>['which'], { in: input, out, ns }: MatchContext): string {
  switch (which) {
    case 'in':
      return input;
    case 'out':
      return out;
    case 'ibr':
      return ns.ports.get(input)?.bridge ?? '';
    case 'obr':
      return ns.ports.get(out)?.bridge ?? '';
  }
}

/** Notes how ports are used in a key: a look-up of one among ranges narrows what else comes to the same. */
function notePorts(terms: readonly Term[], values: readonly Value[], set: KeyedSet, { ports }: MatchContext): void {
  if (ports === undefined) return;
  terms.forEach((term, field) => {
    if (term.op !== 'field' || !PORTS.has(term.field)) return;
    const value = Number(values[field]);
    const [lo, hi] = aroundPort(set, field, value);
    ports.compared(value, lo, hi);
  });
}

/** @returns the values of a key's fields; undefined where the packet lacks one. */
export function keyValues(
  terms: readonly Term[],
  set: KeyedSet | undefined,
  context: MatchContext,
  pick?: Pick,
): readonly Value[] | Unknown | undefined {
  const values: Value[] = [];
  let unknown = false;
  for (let field = 0; field < terms.length; field++) {
    const value = valueOf(terms[field]!, context, pick, set === undefined ? undefined : { set, field });
    if (value === undefined) return undefined;
    if (value === UNKNOWN) unknown = true;
    else values.push(value);
  }
  return unknown ? UNKNOWN : values;
}

function ask(context: MatchContext, ...questions: readonly OracleQuery[]): Unknown {
  context.questions.push(...questions);
  return UNKNOWN;
}

/** What is known of a field of a key by itself. */
function guessOf(term: Term, context: MatchContext): Guess {
  switch (term.op) {
    case 'const':
    case 'field':
    case 'ifname': {
      const value = valueOf(term, context);
      return value === undefined || value === UNKNOWN ? { kind: 'open' } : { kind: 'one of', values: [value] };
    }
    case 'bits': {
      const value = bitsOf(term, context);
      if (value !== undefined && value !== 'unknown') return { kind: 'one of', values: [value] };
      // the checksum of an ICMP message, where others have their destination port
      return term.base === 'th' && term.offset === 16 && term.length === 16 ? { kind: 'any bits' } : { kind: 'open' };
    }
    default:
      return { kind: 'open' };
  }
}

/** Whether an entry may hold a key of which only some fields can be told. */
function mayBeIn(terms: readonly Term[], set: KeyedSet, context: MatchContext): boolean {
  return mayHold(
    set,
    terms.map((term) => guessOf(term, context)),
  );
}

/** nft_lookup_eval. @returns the entry that holds a key, used up or not; undefined where none does. */
export function foundIn(terms: readonly Term[], set: KeyedSet, context: MatchContext, pick?: Pick): SetEntry | Unknown | undefined {
  const asked = context.questions.length;
  const values = keyValues(terms, set, context, pick);
  if (values === UNKNOWN && set.unread === undefined && !set.dynamic && !mayBeIn(terms, set, context)) {
    context.questions.length = asked;
    return undefined;
  }
  if (values === undefined || values === UNKNOWN) return values;
  notePorts(terms, values, set, context);
  const changed = set.dynamic ? context.changes.entryOf(context.ns.name, set, values) : undefined;
  if (changed !== undefined) return changed === 'gone' ? undefined : changed;
  const found = set.entries.length === 0 && set.plain === undefined ? undefined : SetIndex.of(set).find(values);
  if (found === undefined && set.unread !== undefined)
    return ask(context, { category: 'nft', yes: 'in', no: 'out', usual: false, detail: `what ${set.name} holds: ${set.unread}` });
  return found;
}

/** @returns the entry that holds a key, unknown where its own limit or quota may have made an end of it; undefined where none does. */
export function entryOf(terms: readonly Term[], set: KeyedSet, context: MatchContext, pick?: Pick): SetEntry | Unknown | undefined {
  const found = foundIn(terms, set, context, pick);
  return found === undefined || found === UNKNOWN || found.asks.length === 0 ? found : ask(context, ...found.asks);
}

/** @returns the parts that a term's value has: one, or those that an entry of a map holds. */
export function partsOf(term: Term, context: MatchContext, pick?: Pick): readonly KeyPart[] | Unknown | undefined {
  if (term.op !== 'map') {
    const value = valueOf(term, context, pick);
    if (value === undefined || value === UNKNOWN) return value;
    return [typeof value === 'string' ? { kind: 'name', name: value, prefix: false } : { kind: 'range', lo: value, hi: value }];
  }
  const entry = entryOf(term.key, term.map, context, pick);
  if (entry === undefined || entry === UNKNOWN) return entry;
  return entry.data?.kind === 'values' ? entry.data.of : undefined;
}

function mapped(term: Extract<Term, { op: 'map' }>, context: MatchContext, pick: Pick | undefined): Value | Unknown | undefined {
  const parts = partsOf(term, context, pick);
  if (parts === undefined || parts === UNKNOWN) return parts;
  const [part] = parts;
  return part?.kind === 'range' ? part.lo : part?.kind === 'name' ? part.name : undefined;
}

/**
 * Reads a value from a packet as it stands.
 * @param pick chooses what the kernel draws; without it such a value is unknown.
 * @returns undefined where the packet has no such value, which ends the rule (NFT_BREAK).
 */
export function valueOf(
  term: Term,
  context: MatchContext,
  pick?: Pick,
  map?: { readonly set: KeyedSet; readonly field: number },
): Value | Unknown | undefined {
  switch (term.op) {
    case 'const':
      return term.value;
    case 'field':
      return getterOf(term.field)(context);
    case 'ifname':
      return ifname(term.which, context);
    case 'binary': {
      const left = valueOf(term.left, context, pick);
      const right = valueOf(term.right, context, pick);
      if (left === undefined || right === undefined) return undefined;
      if (left === UNKNOWN || right === UNKNOWN) return UNKNOWN;
      return typeof left === 'string' || typeof right === 'string' ? undefined : binary(term.by, left, right);
    }
    case 'bits': {
      const value = bitsOf(term, context);
      const usual = { category: 'bytes', yes: 'match', no: 'no-match', usual: false } as const;
      return value === 'unknown' ? ask(context, { ...usual, detail: `bytes of the packet (${term.detail})` }) : value;
    }
    case 'map':
      return mapped(term, context, pick);
    case 'fib':
      return fibValue(term, context);
    case 'nexthop': {
      const route = context.skb.dst;
      return route === undefined || route.kind === 'error' ? undefined : (route.via ?? context.skb.packet.dst);
    }
    case 'draw':
      return pick === undefined ? ask(context, term.question) : pick(term, map);
    case 'unknown': {
      const value = term.question.owner === undefined ? 'ask' : ownerValue(term.question, context);
      return value === 'ask' ? ask(context, term.question) : value;
    }
  }
}

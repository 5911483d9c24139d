import type { CompiledSet, NetnsView } from '../../datapath/index.js';
import { append } from '../../address/append.js';
import { type Range, PORT_MAX, toSet } from '../../address/ranges.js';
import { keyRanges, looksOf, readsBits, type Action, givesPortRange, type RuleFacts, type Predicate } from '../../netfilter/index.js';
import type { Rule } from '../../model/netfilter.js';
import type { Origin } from '../../model/origin.js';

/** What a rule asks of the ports of a packet, as it stands when it meets the rule. */
export interface PortUse {
  readonly sport: readonly Range[];
  readonly dport: readonly Range[];
  /** What it asks of the ports that the connection began with, or is answered by: the packet's own may be others by now. */
  readonly ct?: readonly Range[];
  /** A rule that looks at ports in a way that ranges do not describe. */
  readonly opaque?: Origin;
}

interface Draft {
  readonly sport: Range[];
  readonly dport: Range[];
  readonly ct: Range[];
  opaque: boolean;
}

function setPorts(ns: NetnsView, name: string, seen: ReadonlySet<string> = new Set()): readonly Range[] {
  const set: CompiledSet | undefined = seen.has(name) ? undefined : ns.ipset(name);
  if (set === undefined || set.kind === 'unreadable') return [];
  if (set.kind === 'list') return set.members.flatMap((member) => setPorts(ns, member, new Set([...seen, name])));
  return set.elements.flatMap(({ parts }) => parts.flatMap((part): readonly Range[] => (part.kind === 'port' ? [[part.lo, part.hi]] : [])));
}

/** Ports with `(port & mask) == value`. */
function maskedPorts(mask: number, value: number): readonly Range[] {
  const found: Range[] = [];
  for (let port = 0; port <= PORT_MAX; port++) if ((port & mask) === value) found.push([port, port]);
  return toSet(found);
}

function fieldPorts(field: string, ranges: readonly Range[], into: Draft): void {
  if (field === 'sport') append(into.sport, ranges);
  else if (field === 'dport') append(into.dport, ranges);
  else if (/^ct(?:orig|repl)(?:src|dst)port$/.test(field)) for (const list of [into.sport, into.dport, into.ct]) append(list, ranges);
}

function visit(predicate: Predicate, ns: NetnsView, into: Draft): void {
  switch (predicate.op) {
    case 'not':
      return visit(predicate.of, ns, into);
    case 'and':
    case 'or':
      for (const part of predicate.of) visit(part, ns, into);
      return;
    case 'in':
      return fieldPorts(predicate.field, predicate.ranges, into);
    case 'masked':
      if (predicate.field.endsWith('port')) fieldPorts(predicate.field, maskedPorts(Number(predicate.mask), Number(predicate.value)), into);
      return;
    case 'set': {
      const ports = setPorts(ns, predicate.set);
      append(into.sport, ports);
      append(into.dport, ports);
      return;
    }
    case 'socket':
      for (const { port } of ns.netns.sockets) into.dport.push([port, port]);
      return;
    case 'bytes':
      into.opaque = true;
      return;
    case 'lookup':
      for (const [field, ranges] of keyRanges(predicate.key, predicate.set)) fieldPorts(field, ranges, into);
      if (predicate.key.some(readsBits)) into.opaque = true;
      return;
    case 'const':
    case 'anybit':
    case 'iface':
    case 'physdev':
    case 'devgroup':
    case 'addrtype':
    case 'rpfilter':
    case 'owned':
    case 'unknown':
      return;
  }
}

/**
 * A target that maps ports one by one parts them one by one; one that keeps those of a range parts that range.
 * @param plain the ports that the rule asks for, where it says so in one range.
 */
function targetPorts(action: Action, plain: Range | undefined, into: Draft): void {
  if (action.kind !== 'nat' && action.kind !== 'masquerade' && action.kind !== 'redirect') return;
  const { minPort, maxPort, basePort } = action.range;
  if (minPort === undefined || maxPort === undefined) return;
  if (basePort === undefined) {
    into.sport.push([minPort, maxPort]);
    into.dport.push([minPort, maxPort]);
    return;
  }
  if (plain === undefined) {
    into.opaque = true;
    return;
  }
  const [lo, hi] = [Number(plain[0]), Number(plain[1])];
  for (let port = lo; port <= hi; port++) into.dport.push([port, port]);
}

function emptyDraft(): Draft {
  return { sport: [], dport: [], ct: [], opaque: false };
}

function useOf(draft: Draft, origin: Origin): PortUse | undefined {
  const { sport, dport, ct, opaque } = draft;
  if (sport.length === 0 && dport.length === 0 && !opaque) return undefined;
  return { sport, dport, ...(ct.length > 0 && { ct }), ...(opaque && { opaque: origin }) };
}

/** A translation that keeps the ports of a range, or looks its port up, parts ports. */
function translatedPorts(action: Action, into: Draft): void {
  if (action.kind === 'sequence') for (const step of action.of) if (step.step === 'do') translatedPorts(step.action, into);
  if (action.kind !== 'nat' && action.kind !== 'masquerade' && action.kind !== 'redirect') return;
  const { minPort, maxPort } = action.range;
  if (minPort === undefined || maxPort === undefined) return;
  into.sport.push([minPort, maxPort]);
  into.dport.push([minPort, maxPort]);
}

/** @returns what a native rule asks of ports; undefined for one that looks at none. */
export function nativePortUse(
  { predicate, action, origin }: { readonly predicate: Predicate; readonly action: Action; readonly origin: Origin },
  ns: NetnsView,
): PortUse | undefined {
  const draft = emptyDraft();
  visit(predicate, ns, draft);
  const { predicates, keys, terms } = looksOf(action);
  for (const one of predicates) visit(one, ns, draft);
  for (const [key, set] of keys) visit({ op: 'lookup', key, set }, ns, draft);
  if (terms.some(readsBits)) draft.opaque = true;
  translatedPorts(action, draft);
  return useOf(draft, origin);
}

/**
 * What a rule asks of ports.
 * @returns undefined for a rule that looks at no port.
 */
export function portUse(rule: Rule, facts: RuleFacts, ns: NetnsView): PortUse | undefined {
  const { sport, dport } = rule.head ?? {};
  const { predicate, action, translates } = facts;
  if (predicate === undefined && !translates.some(givesPortRange)) {
    if (sport === undefined && dport === undefined) return undefined;
    return { sport: sport === undefined ? [] : [sport.value], dport: dport === undefined ? [] : [dport.value] };
  }
  const draft = emptyDraft();
  if (predicate !== undefined) visit(predicate, ns, draft);
  else {
    if (sport !== undefined) draft.sport.push(sport.value);
    if (dport !== undefined) draft.dport.push(dport.value);
  }
  targetPorts(action, dport?.negated === false ? dport.value : undefined, draft);
  return useOf(draft, rule.origin);
}

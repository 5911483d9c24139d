import type { Predicate } from '../../../netfilter/index.js';
import { compileRule, mayName, type CompiledRule } from '../../../netfilter/iptables/index.js';
import type { NetnsView } from '../netns-view.js';

/** The bits of a packet's mark, and of its connection's, that anything in a namespace looks at: no other bit decides anything. */
export interface LiveBits {
  readonly mark: number;
  readonly connmark: number;
}

interface Draft {
  mark: number;
  connmark: number;
}

const ALL = 0xffffffff;
/** A rule whose line has none of these words reads no mark; the rest of it need not be read. */
const READS = /mark|set|rpfilter/i;

function read(into: Draft, field: 'mark' | 'connmark', bits: number): void {
  into[field] = (into[field] | bits) >>> 0;
}

function byPredicate(predicate: Predicate, into: Draft): void {
  switch (predicate.op) {
    case 'not':
      return byPredicate(predicate.of, into);
    case 'and':
    case 'or':
      for (const part of predicate.of) byPredicate(part, into);
      return;
    case 'masked':
      if (predicate.field === 'mark' || predicate.field === 'connmark') read(into, predicate.field, Number(predicate.mask));
      return;
    case 'in':
    case 'anybit':
      if (predicate.field === 'mark' || predicate.field === 'connmark') read(into, predicate.field, ALL);
      return;
    case 'set':
    case 'rpfilter':
      // an entry may be a mark; the route of a source may hang on one
      return read(into, 'mark', ALL);
    case 'const':
    case 'iface':
    case 'devgroup':
    case 'physdev':
    case 'addrtype':
    case 'socket':
    case 'owned':
    case 'bytes':
    case 'lookup':
    case 'unknown':
      return;
  }
}

/** What is copied is read where its copy is: only then. */
function byCopies(rules: readonly CompiledRule[], into: Draft): void {
  for (const { action } of rules) {
    if (action.kind !== 'connmark') continue;
    if (action.op === 'restore' && (into.mark & action.nfmask) !== 0) read(into, 'connmark', action.ctmask);
    if (action.op === 'save' && (into.connmark & action.ctmask) !== 0) read(into, 'mark', action.nfmask);
  }
}

function readBits(ns: NetnsView): LiveBits {
  // native rules look at marks in more ways than are worth telling apart
  if (ns.natives.has(4) || ns.natives.has(6)) return { mark: ALL, connmark: ALL };
  const found: Draft = { mark: 0, connmark: 0 };
  const rules = ns.netns.rulesets.flatMap((set) =>
    [...set.tables.values()].flatMap((table) =>
      [...table.chains.values()].flatMap((chain) =>
        chain.rules.filter((rule) => mayName(rule, READS)).map((rule) => compileRule(rule, table, set.family)),
      ),
    ),
  );
  for (const { predicate, action } of rules) {
    byPredicate(predicate, found);
    if (action.kind === 'set' || action.kind === 'map-mark' || (action.kind === 'ct' && action.zone?.id === 'mark'))
      read(found, 'mark', ALL);
  }
  for (const rule of ns.netns.rules) if (rule.fwmark !== undefined) read(found, 'mark', rule.fwmask ?? ALL);
  // what one copy makes live, another may copy in its turn
  for (let before = ''; before !== `${found.mark} ${found.connmark}`;) {
    before = `${found.mark} ${found.connmark}`;
    byCopies(rules, found);
  }
  return found;
}

const known = new WeakMap<NetnsView, LiveBits>();

/** @returns the bits of marks that rules or routing of a namespace look at. */
export function liveBits(ns: NetnsView): LiveBits {
  let bits = known.get(ns);
  if (bits === undefined) known.set(ns, (bits = readBits(ns)));
  return bits;
}

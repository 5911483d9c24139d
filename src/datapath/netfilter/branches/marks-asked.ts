import type { Ip } from '../../../address/ip.js';
import type { NftTable } from '../../../model/nftables/ruleset.js';
import { type Action, leavesOf, termsIn, type Predicate, type KeyedSet, type Term } from '../../../netfilter/index.js';
import { compileRule } from '../../../netfilter/iptables/index.js';
import { anonymousChains, compileNftRule, TableSets } from '../../../netfilter/nftables/index.js';
import type { NetnsView } from '../netns-view.js';

/** So many values are tried one by one: more is only met in rules made to be endless. */
const MOST = 64;

const isMark = (field: string): boolean => field === 'mark' || field === 'connmark';

type Note = (...values: readonly Ip[]) => void;

function byKey(key: readonly Term[], set: KeyedSet | undefined, note: Note): void {
  key.forEach((term, field) => {
    const read = termsIn([term]);
    for (const inner of read) if (inner.op === 'map') byKey(inner.key, inner.map, note);
    if (!read.some((inner) => inner.op === 'field' && isMark(inner.field))) return;
    for (const entry of set?.entries ?? []) {
      const part = entry.key[field];
      if (part?.kind === 'range') note(part.lo, part.hi);
    }
    for (let i = 0; i < (set?.plain?.lo.length ?? 0) && i < MOST; i++) note(set!.plain!.lo[i]!, set!.plain!.hi[i]!);
  });
}

function byPredicate(predicate: Predicate, note: Note): void {
  for (const leaf of leavesOf(predicate)) {
    if (leaf.op === 'lookup') byKey(leaf.key, leaf.set, note);
    if (leaf.op === 'masked' && isMark(leaf.field)) note(leaf.value);
    if (leaf.op === 'anybit' && isMark(leaf.field)) note(leaf.mask);
    if (leaf.op === 'in' && isMark(leaf.field)) note(...leaf.ranges.flat());
  }
}

function byAction(action: Action, note: Note): void {
  switch (action.kind) {
    case 'sequence':
      for (const step of action.of) {
        if (step.step === 'when') byPredicate(step.predicate, note);
        else byAction(step.action, note);
      }
      return;
    case 'vmap':
      return byKey(action.key, action.map, note);
    case 'write':
      return byKey([action.value], undefined, note);
    case 'nat-by':
      return byKey(
        [action.addr, action.port].flatMap((term) => term ?? []),
        undefined,
        note,
      );
    default:
  }
}

function byTable(table: NftTable, note: Note): void {
  const sets = new TableSets(table);
  const rules = [...[...table.chains.values()].map((chain) => chain.rules), ...anonymousChains(table).values()].flat();
  for (const rule of rules) {
    const { predicate, action } = compileNftRule(rule, table, sets);
    byPredicate(predicate, note);
    byAction(action, note);
  }
}

function readMarks({ netns }: NetnsView): readonly number[] {
  const found = new Set<number>();
  const note: Note = (...values) => {
    for (const value of values) if (found.size < MOST) found.add(Number(value) >>> 0);
  };
  for (const { fwmark } of netns.rules) if (fwmark !== undefined) note(fwmark);
  for (const table of netns.nftables?.tables ?? []) byTable(table, note);
  for (const set of netns.rulesets)
    for (const table of set.tables.values())
      for (const chain of table.chains.values())
        for (const rule of chain.rules) byPredicate(compileRule(rule, table, set.family).predicate, note);
  // one that nothing asks for, shown first
  let other = 1;
  while (found.has(other)) other++;
  found.delete(0);
  return [other, 0, ...found];
}

const known = new WeakMap<NetnsView, readonly number[]>();

/** @returns the values of a mark, or of a connection's, that rules or routing of a namespace ask for, none, and one that nothing asks for. */
export function marksAsked(ns: NetnsView): readonly number[] {
  let marks = known.get(ns);
  if (marks === undefined) known.set(ns, (marks = readMarks(ns)));
  return marks;
}

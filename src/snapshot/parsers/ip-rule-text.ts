import type { Family, Prefix } from '../../address/ip.js';
import { familyOf } from '../../address/ip.js';
import { protocolNumber } from '../../netfilter/index.js';
import type { PolicyAction, PolicyRule } from '../../model/link.js';
import { DEVICE, IPROUTE_WORD, type NameKind } from '../../names/index.js';
import { present } from './present.js';
import { parseDestination, tableId } from './route-fields.js';
import { collect, EntryCount, linesOf, parseUint, ProblemList, wordsOf, type Line, type Parsed } from './source.js';

/** The shortest line of a rule: `0: from all lookup 1`. */
const SHORTEST = 18;

type Mutable<T> = { -readonly [K in keyof T]?: T[K] | undefined };

/** A rule under way. */
interface Draft extends Mutable<Omit<PolicyRule, 'action' | 'unknown'>> {
  action?: PolicyAction;
  readonly unknown: string[];
}

function rangeOf(text: string): readonly [number, number] | undefined {
  const [from, to = from] = text.split('-');
  const lo = parseUint(from);
  const hi = parseUint(to);
  return lo === undefined || hi === undefined ? undefined : [lo, hi];
}

function prefixOf(text: string, family: Family): Prefix | undefined {
  return text === 'all' || text === 'any' ? undefined : parseDestination(text, family);
}

function setMark(draft: Draft, value: string): void {
  const [mark, mask] = value.split('/');
  draft.fwmark = parseUint(mark);
  draft.fwmask = parseUint(mask);
}

type Setter = (draft: Draft, value: string, family: Family) => void;

/** What each word with a value sets. */
const SETTERS: ReadonlyMap<string, Setter> = new Map<string, Setter>([
  ['from', (d, v, f) => void (d.from = prefixOf(v, f))],
  ['to', (d, v, f) => void (d.to = prefixOf(v, f))],
  ['iif', (d, v) => void (d.iif = v)],
  ['dev', (d, v) => void (d.iif = v)],
  ['oif', (d, v) => void (d.oif = v)],
  ['fwmark', setMark],
  ['tos', (d, v) => void (d.tos = parseUint(v))],
  ['dsfield', (d, v) => void (d.tos = parseUint(v))],
  ['ipproto', (d, v) => void (d.ipproto = protocolNumber(v))],
  ['sport', (d, v) => void (d.sport = rangeOf(v))],
  ['dport', (d, v) => void (d.dport = rangeOf(v))],
  ['uidrange', (d, v) => void (d.uidrange = rangeOf(v))],
  ['suppress_prefixlength', (d, v) => void (d.suppressPrefixLength = parseUint(v))],
  ['suppress_ifgroup', (d, v) => void (d.suppressGroup = v)],
  ['lookup', (d, v) => void (d.action = { kind: 'table', table: tableId(v) })],
  ['table', (d, v) => void (d.action = { kind: 'table', table: tableId(v) })],
  ['goto', (d, v) => void (d.action = { kind: 'goto', priority: parseUint(v) ?? -1 })],
]);
/** Words whose value is a name. */
const NAMED: ReadonlyMap<string, NameKind> = new Map([
  ['iif', DEVICE],
  ['dev', DEVICE],
  ['oif', DEVICE],
  ['suppress_ifgroup', IPROUTE_WORD],
  ['lookup', IPROUTE_WORD],
  ['table', IPROUTE_WORD],
]);
const PASSED_OVER: ReadonlySet<string> = new Set(['proto', 'protocol', 'realms']);
const UNMODELLED_VALUES: ReadonlySet<string> = new Set(['tun_id', 'map-to']);

function isAction(word: string): word is 'blackhole' | 'prohibit' | 'unreachable' | 'nop' {
  return word === 'blackhole' || word === 'prohibit' || word === 'unreachable' || word === 'nop';
}

function readWord(draft: Draft, words: readonly string[], at: number, family: Family): number {
  const word = words[at]!;
  const value = words[at + 1] ?? '';
  // The interface is gone (FIB_RULE_IIF_DETACHED): no packet can come from it, which the name alone says as well.
  if (word === '[detached]') return at + 1;
  if (word === 'lookup' && value === '[l3mdev-table]') {
    draft.action = { kind: 'nop' };
    draft.unknown.push('l3mdev');
    return at + 2;
  }
  const setter = SETTERS.get(word);
  if (setter !== undefined) {
    setter(draft, value, family);
    return at + 2;
  }
  if (PASSED_OVER.has(word)) return at + 2;
  if (UNMODELLED_VALUES.has(word)) {
    draft.unknown.push(`${word} ${value}`);
    return at + 2;
  }
  if (word === 'not') draft.not = true;
  else if (isAction(word)) draft.action = { kind: word };
  else draft.unknown.push(word);
  return at + 1;
}

function ruleOf({ text, number }: Line, hint: Family, problems: ProblemList): PolicyRule | undefined {
  const found = /^\s*(\d+):(.*)$/.exec(text);
  if (found === null) return void problems.add(number, text, 'not a line of ip rule');
  const words = wordsOf(found[2] ?? '');
  const draft: Draft = { unknown: [] };
  for (let at = 0; at < words.length;) {
    const from = at;
    at = readWord(draft, words, at, hint);
    const kind = at === from + 2 ? NAMED.get(words[from]!) : undefined;
    if (kind !== undefined && words[from + 1] !== '[l3mdev-table]') problems.name(kind, words[from + 1] ?? '', number, text);
  }
  const { action, unknown, ...fields } = draft;
  if (action === undefined) return void problems.add(number, text, 'a rule without a table or an action');
  if (unknown.length > 0) problems.add(number, text, `not understood in a rule: ${unknown.join(', ')}`);
  const known = fields.from ?? fields.to;
  return {
    family: known === undefined ? hint : familyOf(known.addr),
    priority: Number(found[1]),
    not: false,
    ...present(fields),
    action,
    unknown,
    text: words.join(' '),
    origin: problems.at(number),
  };
}

/** Reads the plain listing of `ip rule`. */
export function parseRuleListing(text: string, file: string, hint: Family): Parsed<readonly PolicyRule[]> {
  const problems = new ProblemList(file);
  const count = new EntryCount(file, SHORTEST);
  const data = collect(linesOf(text), (line) => {
    count.add(line.number, line.text.length);
    return ruleOf(line, hint, problems);
  });
  return { data, problems: problems.list };
}

import { familyOf, lastOf, type Family, type Prefix } from '../../address/ip.js';
import type { HeadCondition, Rule, RuleHead, RuleSpec, RuleTarget, Table } from '../../model/netfilter.js';
import { factsOf, type RuleFacts } from '../facts.js';
import { allOf, between, equals, negateIf, type Predicate } from '../predicate/predicate.js';
import { compileRule, placeOf, targetAction } from './compile.js';
import { findMatch, findTarget } from './registry.js';
import { parsePlainRule, type PlainRule } from './rule-head.js';

const LONGEST_NAME = 15;

/** An address that is of the family, in a mask without holes; `! 0.0.0.0/0` is left to the whole reading. */
function isPlainAddress(condition: HeadCondition<Prefix> | undefined, family: Family): boolean {
  if (condition === undefined) return true;
  const { addr, length } = condition.value;
  return familyOf(addr) === family && length >= (condition.negated ? 1 : 0);
}

function isPlainDevice(condition: HeadCondition<string> | undefined): boolean {
  return condition === undefined || (condition.value.length <= LONGEST_NAME && condition.value !== '+');
}

function isPlain({ src, dst, in: input, out }: RuleHead, family: Family): boolean {
  return isPlainAddress(src, family) && isPlainAddress(dst, family) && isPlainDevice(input) && isPlainDevice(out);
}

/** Whether an extension that the rule names makes the kernel track connections. */
function isTracked({ matches, target }: RuleSpec, family: Family): boolean {
  return (
    matches.some(({ module }) => findMatch(module, family)?.tracks === true) ||
    (target !== undefined && findTarget(target.name)?.tracks === true)
  );
}

const NO_LISTS: readonly string[] = [];

/** Lists that `-m recent --set` writes while it matches (recent_mt). */
function listsSet({ matches }: RuleSpec): readonly string[] {
  const writing = matches.filter(({ module, options }) => module === 'recent' && options.some(({ flag }) => flag === '--set'));
  return writing.length === 0
    ? NO_LISTS
    : writing.map(({ options }) => options.find(({ flag }) => flag === '--name')?.args[0] ?? 'DEFAULT');
}

/** What tells plain rules apart that are not told by their heads. */
function keyOf(target: RuleTarget | undefined, proto: number, states = 0): string {
  if (target === undefined) return String(states);
  const short = `${states}${target.goto ? 'g' : 'j'}${target.name}`;
  return target.options.length === 0
    ? short
    : `${short} ${proto} ${target.options.map(({ flag, args }) => `${flag} ${args[0]}`).join(' ')}`;
}

function inNetwork(field: 'src' | 'dst', condition: HeadCondition<Prefix> | undefined): readonly Predicate[] {
  if (condition === undefined || condition.value.length === 0) return [];
  return [negateIf(condition.negated, between(field, condition.value.addr, lastOf(condition.value)))];
}

function byDevice(which: 'in' | 'out', condition: HeadCondition<string> | undefined): readonly Predicate[] {
  if (condition === undefined) return [];
  const prefix = condition.value.endsWith('+');
  const name = prefix ? condition.value.slice(0, -1) : condition.value;
  return [negateIf(condition.negated, { op: 'iface', which, name, prefix })];
}

const ALL: readonly [number, number] = [0, 65_535];

function onPort(field: 'sport' | 'dport', condition: HeadCondition<readonly [number, number]> | undefined): readonly Predicate[] {
  if (condition === undefined) return [];
  const [lo, hi] = condition.value;
  if (!condition.negated) return [between(field, lo, hi)];
  const rest = [...(lo > ALL[0] ? [[ALL[0], lo - 1] as const] : []), ...(hi < ALL[1] ? [[hi + 1, ALL[1]] as const] : [])];
  return [rest.length === 0 ? { op: 'const', value: false } : { op: 'in', field, ranges: rest }];
}

/** @returns what a plain rule asks for, as `compileRule` would say it. */
export function plainPredicate({ head, ports, states }: PlainRule): Predicate {
  const { src, dst, in: input, out, proto, sport, dport } = head;
  const onPorts = [...onPort('sport', sport), ...onPort('dport', dport)];
  return allOf(
    ...inNetwork('src', src),
    ...inNetwork('dst', dst),
    ...byDevice('in', input),
    ...byDevice('out', out),
    ...(proto === undefined ? [] : [negateIf(proto.negated, equals('proto', proto.value))]),
    ...(ports && onPorts.length === 0 ? [between('sport', ...ALL)] : onPorts),
    ...(states === undefined ? [] : [{ op: 'anybit', field: 'ctstate', mask: states } as const]),
  );
}

/** An interface that packets have not, or no more, in a built-in chain: no kernel loads such a rule. */
function isMisplaced(chain: string, { in: input, out }: PlainRule['head']): boolean {
  return (
    (out !== undefined && (chain === 'PREROUTING' || chain === 'INPUT')) ||
    (input !== undefined && (chain === 'POSTROUTING' || chain === 'OUTPUT'))
  );
}

/** Facts with the table by whose chains they were told. */
class Kept {
  constructor(
    readonly owner: TableFacts,
    readonly facts: RuleFacts,
  ) {}
}

/** The facts of one table's rules. Plain rules of one target share theirs: they are told from the line, without compiling it. */
export class TableFacts {
  private readonly known = new Map<Rule, Kept>();
  private readonly shared = new Map<string, Kept>();

  constructor(
    private readonly table: Table,
    private readonly family: Family,
  ) {}

  of(rule: Rule): RuleFacts {
    const { memo } = rule;
    if (memo instanceof Kept && memo.owner === this) return memo.facts;
    return (this.known.get(rule) ?? this.keep(rule)).facts;
  }

  private keep(rule: Rule): Kept {
    const kept = this.anew(rule);
    if ('memo' in rule) rule.memo = kept;
    else this.known.set(rule, kept);
    return kept;
  }

  private plain(rule: Rule): PlainRule | undefined {
    if (rule.gap !== undefined || rule.hidden !== undefined) return undefined;
    const plain = parsePlainRule(rule.text);
    return plain !== undefined && isPlain(plain.head, this.family) ? plain : undefined;
  }

  private anew(rule: Rule): Kept {
    const plain = this.plain(rule);
    return (plain && this.ofPlain(rule, plain)) ?? this.compiled(rule);
  }

  private ofPlain(rule: Rule, { head, states, target }: PlainRule): Kept | undefined {
    if (isMisplaced(rule.chain, head)) return undefined;
    const proto = head.proto?.negated === false ? head.proto.value : 0;
    const key = `${keyOf(target, proto, states)} ${rule.chain}`;
    const known = this.shared.get(key);
    if (known !== undefined) return known;
    const extension = target === undefined || this.table.chains.has(target.name) ? undefined : findTarget(target.name);
    const syntax = extension?.options ?? {};
    if (target?.options.some(({ flag }) => !Object.hasOwn(syntax, flag) || syntax[flag] !== 1) === true) return undefined;
    const action = targetAction(target, rule, this.table, {
      family: this.family,
      proto,
      place: placeOf(this.table, rule.chain),
    });
    // the words of a question name the rule as it stands
    if (action.kind === 'unknown' || action.kind === 'gap') return undefined;
    const kept = new Kept(this, factsOf({ action, ...(states !== undefined && { states }) }, { tracked: extension?.tracks === true }));
    this.shared.set(key, kept);
    return kept;
  }

  private compiled(rule: Rule): Kept {
    const unasked = { tracked: isTracked(rule.spec, this.family), recentLists: listsSet(rule.spec) };
    return new Kept(this, factsOf(compileRule(rule, this.table, this.family), unasked));
  }

  /** @returns all that a rule asks for; made anew for a plain one. */
  predicate(rule: Rule): Predicate {
    const { predicate } = this.of(rule);
    if (predicate !== undefined) return predicate;
    const plain = parsePlainRule(rule.text);
    return plain === undefined ? compileRule(rule, this.table, this.family).predicate : plainPredicate(plain);
  }
}

const made = new WeakMap<Table, TableFacts>();

/** @returns the facts of a table's rules, found out once. */
export function factsIn(table: Table, family: Family): TableFacts {
  let facts = made.get(table);
  if (facts === undefined) made.set(table, (facts = new TableFacts(table, family)));
  return facts;
}

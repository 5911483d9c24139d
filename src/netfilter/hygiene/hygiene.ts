import type { Family } from '../../address/ip.js';
import type { Chain, Rule, Table, TableName } from '../../model/netfilter.js';
import type { Origin } from '../../model/origin.js';
import type { Action } from '../action.js';
import { endsChain } from '../facts.js';
import { chainGraph } from '../iptables/chain-graph.js';
import { compileRule, type CompiledRule } from '../iptables/compile.js';
import { EarlierRules, type Earlier } from './earlier-rules.js';
import { boxOf, type RuleBox } from './rule-box.js';

/**
 * What is wrong with a rule: an earlier one takes all its packets and decides otherwise (`shadowed`) or alike (`redundant`);
 * its conditions exclude one another (`unsatisfiable`); it names a device that is not there (`no-device`); nothing leads to
 * its chain (`unreached`).
 */
export type RuleFindingKind = 'shadowed' | 'redundant' | 'unsatisfiable' | 'no-device' | 'unreached';

export interface RuleFinding {
  readonly kind: RuleFindingKind;
  readonly netns: string;
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  /** The rule's text; for an unreached chain, its first rule. */
  readonly rule: string;
  readonly origin: Origin;
  /** The earlier rule that takes its packets. */
  readonly by?: { readonly rule: string; readonly origin: Origin };
  /** All the earlier rules that take its packets between them, where it takes several; `by` is the first of them. */
  readonly together?: readonly { readonly rule: string; readonly origin: Origin }[];
  /** The device that is not there. */
  readonly device?: string;
  /** One sentence for people. */
  readonly detail: string;
}

/** Where a table stands. */
export interface HygienePlace {
  readonly netns: string;
  readonly family: Family;
  /** The devices of the namespace; absent where they were not listed. */
  readonly devices?: ReadonlySet<string>;
}

interface Place extends HygienePlace {
  readonly table: TableName;
}

const sameAction = (a: Action, b: Action): boolean => {
  const print = (action: Action): string =>
    JSON.stringify(action, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return print(a) === print(b);
};

function missingDevice({ devices }: Place, box: RuleBox): string | undefined {
  if (devices === undefined) return undefined;
  const gone = box.devices.find(({ name, prefix, negated, which }) => {
    if (negated || name === '' || which.startsWith('phys')) return false;
    return prefix ? ![...devices].some((dev) => dev.startsWith(name)) : !devices.has(name);
  });
  return gone === undefined ? undefined : `${gone.name}${gone.prefix ? '+' : ''}`;
}

function finding(place: Place, rule: Rule, kind: RuleFindingKind, detail: string, by?: Earlier): RuleFinding {
  const { netns, family, table } = place;
  const base = { kind, netns, family, table, chain: rule.chain, rule: rule.text, origin: rule.origin, detail };
  return by === undefined ? base : { ...base, by: { rule: by.rule.text, origin: by.rule.origin } };
}

function takenTogether(place: Place, { rule, action }: CompiledRule, several: readonly Earlier[]): RuleFinding {
  const same = several.every((one) => sameAction(one.action, action));
  const what = same ? 'which do the same' : 'which decide otherwise';
  const detail = `every packet that meets it is taken by one of ${several.length} earlier rules, ${what}`;
  const together = several.map((one) => ({ rule: one.rule.text, origin: one.rule.origin }));
  return { ...finding(place, rule, same ? 'redundant' : 'shadowed', detail, several[0]), together };
}

function judge(place: Place, compiled: CompiledRule, box: RuleBox, earlier: EarlierRules): RuleFinding | undefined {
  const { rule, action } = compiled;
  if (box.empty) return finding(place, rule, 'unsatisfiable', 'no packet can meet all its conditions');
  const by = earlier.covering(rule, box);
  if (by !== undefined) {
    const same = sameAction(by.action, action);
    const what = same ? 'which does the same' : 'which decides otherwise';
    return finding(place, rule, same ? 'redundant' : 'shadowed', `every packet that meets it is taken by an earlier rule, ${what}`, by);
  }
  const several = earlier.coveringTogether(box);
  if (several !== undefined) return takenTogether(place, compiled, several);
  const device = missingDevice(place, box);
  if (device === undefined) return undefined;
  return { ...finding(place, rule, 'no-device', `${place.netns} has no interface ${device}`), device };
}

/**
 * Rules of one table that no packet can meet, over sets of packets rather than by counters. Sound, not complete: conditions that
 * depend on more than the packet (rates, clocks) never count as covering.
 */
export class TableHygiene {
  private readonly chains = new Map<string, ReadonlyMap<Rule, RuleFinding>>();
  private readonly place: Place;

  constructor(
    private readonly table: Table,
    place: HygienePlace,
  ) {
    this.place = { ...place, table: table.name };
  }

  /** @returns the rules of the table that decide nothing, by chains; of a chain that nothing leads to, the first one. */
  all(): readonly RuleFinding[] {
    return [...this.table.chains.values()].flatMap((chain) => [...this.inChain(chain).values()]);
  }

  /** @returns why a rule decides nothing; undefined where it may. In a chain that nothing leads to, each rule is told of as its first is. */
  of(chain: Chain, rule: Rule): RuleFinding | undefined {
    const found = this.inChain(chain);
    const [first] = found.values();
    return first?.kind === 'unreached' ? first : found.get(rule);
  }

  private inChain(chain: Chain): ReadonlyMap<Rule, RuleFinding> {
    let found = this.chains.get(chain.name);
    if (found === undefined) this.chains.set(chain.name, (found = this.judged(chain)));
    return found;
  }

  private judged(chain: Chain): ReadonlyMap<Rule, RuleFinding> {
    const [first] = chain.rules;
    if (chainGraph(this.table).hooksTo(chain.name).size === 0) {
      const detail = `no rule leads to chain ${chain.name}, so none of its ${chain.rules.length} rules is met`;
      return new Map(first === undefined ? [] : [[first, finding(this.place, first, 'unreached', detail)]]);
    }
    const earlier = new EarlierRules();
    const findings = new Map<Rule, RuleFinding>();
    for (const rule of chain.rules) {
      const one = compileRule(rule, this.table, this.place.family);
      const box = boxOf(one.predicate);
      const found = judge(this.place, one, box, earlier);
      if (found !== undefined) findings.set(rule, found);
      else if (endsChain(one.action)) earlier.add({ rule, action: one.action, box });
    }
    return findings;
  }
}

const known = new WeakMap<Table, TableHygiene>();

/** @returns what is known of a table's rules, found out once. A table stands in one namespace. */
export function hygieneOf(table: Table, place: HygienePlace): TableHygiene {
  let hygiene = known.get(table);
  if (hygiene === undefined) known.set(table, (hygiene = new TableHygiene(table, place)));
  return hygiene;
}

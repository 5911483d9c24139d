import type { Family } from '../../address/ip.js';
import type { NetnsName } from '../../model/netns.js';
import type { NftFamily } from '../../model/nftables/ruleset.js';
import type { Origin } from '../../model/origin.js';
import type { Action } from '../action.js';
import { endsChain } from '../facts.js';
import { EarlierRules, type Earlier } from './earlier-rules.js';
import { boxOf, print, type RuleBox } from './rule-box.js';
import type { LookedAt, RuleTable } from './rule-table.js';
import { Writes } from './writes.js';

/**
 * What is wrong with a rule: an earlier one takes all its packets and decides otherwise (`shadowed`) or alike (`redundant`);
 * its conditions exclude one another (`unsatisfiable`); it names a device that is not there (`no-device`); nothing leads to
 * its chain (`unreached`).
 */
export type RuleFindingKind = 'shadowed' | 'redundant' | 'unsatisfiable' | 'no-device' | 'unreached';

export interface RuleFinding {
  readonly kind: RuleFindingKind;
  readonly netns: NetnsName;
  /** Of a native table, as nft writes it. */
  readonly family: Family | NftFamily;
  readonly table: string;
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
  readonly netns: NetnsName;
  /** The devices of the namespace; absent where they were not listed. */
  readonly devices?: ReadonlySet<string>;
}

interface Place extends HygienePlace {
  readonly family: Family | NftFamily;
  readonly table: string;
  readonly chain: string;
}

/** A rule, what it asks and does. */
interface Judged {
  readonly rule: LookedAt;
  readonly action: Action;
  readonly box: RuleBox;
}

const sameAction = (a: Action, b: Action): boolean => print(a) === print(b);

function missingDevice({ devices }: Place, box: RuleBox): string | undefined {
  if (devices === undefined) return undefined;
  const gone = box.devices.find(({ name, prefix, negated, which }) => {
    if (negated || name === '' || which.startsWith('phys')) return false;
    return prefix ? ![...devices].some((dev) => dev.startsWith(name)) : !devices.has(name);
  });
  return gone === undefined ? undefined : `${gone.name}${gone.prefix ? '+' : ''}`;
}

function finding(place: Place, rule: LookedAt, kind: RuleFindingKind, detail: string, by?: Earlier): RuleFinding {
  const { netns, family, table, chain } = place;
  const base = { kind, netns, family, table, chain, rule: rule.text, origin: rule.origin, detail };
  return by === undefined ? base : { ...base, by: { rule: by.rule.text, origin: by.rule.origin } };
}

function takenTogether(place: Place, { rule, action }: Judged, several: readonly Earlier[]): RuleFinding {
  const same = several.every((one) => sameAction(one.action, action));
  const what = same ? 'which do the same' : 'which decide otherwise';
  const detail = `every packet that meets it is taken by one of ${several.length} earlier rules, ${what}`;
  const together = several.map((one) => ({ rule: one.rule.text, origin: one.rule.origin }));
  return { ...finding(place, rule, same ? 'redundant' : 'shadowed', detail, several[0]), together };
}

function judge(place: Place, judged: Judged, earlier: EarlierRules): RuleFinding | undefined {
  const { rule, action, box } = judged;
  if (box.empty) return finding(place, rule, 'unsatisfiable', 'no packet can meet all its conditions');
  const by = earlier.covering(rule, box);
  if (by !== undefined) {
    const same = sameAction(by.action, action);
    const what = same ? 'which does the same' : 'which decides otherwise';
    return finding(place, rule, same ? 'redundant' : 'shadowed', `every packet that meets it is taken by an earlier rule, ${what}`, by);
  }
  const several = earlier.coveringTogether(box);
  if (several !== undefined) return takenTogether(place, judged, several);
  const device = missingDevice(place, box);
  if (device === undefined) return undefined;
  return { ...finding(place, rule, 'no-device', `${place.netns} has no interface ${device}`), device };
}

/**
 * Rules of one table that no packet can meet, over sets of packets rather than by counters. Sound, not complete: conditions that
 * depend on more than the packet (rates, clocks) never count as covering, nor do rules before one that changes what they ask for.
 */
export class TableHygiene<Rule extends Pick<LookedAt, 'text' | 'origin'> = Pick<LookedAt, 'text' | 'origin'>> {
  private readonly chains = new Map<string, ReadonlyMap<Rule, RuleFinding>>();
  private readonly writes: Writes<Rule>;

  constructor(
    private readonly table: RuleTable<Rule>,
    private readonly place: HygienePlace,
  ) {
    this.writes = new Writes(table);
  }

  /** @returns the rules of the table that decide nothing, by chains; of a chain that nothing leads to, the first one. */
  all(): readonly RuleFinding[] {
    return [...this.table.chains.keys()].flatMap((name) => [...this.inChain(name).values()]);
  }

  /** @returns why a rule decides nothing; undefined where it may. In a chain that nothing leads to, each rule is told of as its first is. */
  of(chain: string, rule: Rule): RuleFinding | undefined {
    const found = this.inChain(chain);
    const [first] = found.values();
    return first?.kind === 'unreached' ? first : found.get(rule);
  }

  private inChain(name: string): ReadonlyMap<Rule, RuleFinding> {
    let found = this.chains.get(name);
    if (found === undefined) this.chains.set(name, (found = this.judged(name)));
    return found;
  }

  private judged(name: string): ReadonlyMap<Rule, RuleFinding> {
    const rules = this.table.chains.get(name)?.rules ?? [];
    const [first] = rules;
    const place: Place = { ...this.place, family: this.table.family, table: this.table.name, chain: name };
    if (!this.table.isReached(name)) {
      const detail = `no rule leads to chain ${name}, so none of its ${rules.length} rules is met`;
      return new Map(first === undefined ? [] : [[first, finding(place, first, 'unreached', detail)]]);
    }
    let earlier = new EarlierRules();
    const findings = new Map<Rule, RuleFinding>();
    for (const rule of rules) {
      const one = this.table.compile(rule);
      if (one === undefined) {
        earlier = new EarlierRules();
        continue;
      }
      const { text, origin } = rule;
      const judged = { rule: { text, origin, head: this.table.head(rule) }, action: one.action, box: boxOf(one.predicate) };
      const found = judge(place, judged, earlier);
      if (found !== undefined) findings.set(rule, found);
      else if (endsChain(one.action)) earlier.add(judged);
      else earlier = earlier.after(this.writes.by(one.action));
    }
    return findings;
  }
}

import { formatPrefix, prefixOf, type Family } from '../../address/ip.js';
import { addTo } from '../../datapath/lists-by-key.js';
import type { Machine } from '../../datapath/index.js';
import type { Action } from '../../netfilter/action.js';
import { CompiledTable } from '../../datapath/netfilter/compile.js';
import type { CompiledRule } from '../../netfilter/iptables/compile.js';
import type { NetnsState } from '../../datapath/netns-state.js';
import type { HeadCondition, Rule, TableName } from '../../model/netfilter.js';
import type { Origin } from '../../model/origin.js';
import type { Prefix } from '../../address/ip.js';
import { endsChain } from '../../netfilter/facts.js';
import { chainGraph } from '../../netfilter/iptables/chain-graph.js';
import { boxOf, coversBox, type RuleBox } from './rule-box.js';
import { coveredTogether } from './union-cover.js';

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
  /** One sentence for people. */
  readonly detail: string;
}

interface Place {
  readonly ns: NetnsState;
  readonly family: Family;
  readonly table: TableName;
}

interface Earlier {
  readonly rule: Rule;
  readonly action: Action;
  readonly box: RuleBox;
}

const sameAction = (a: Action, b: Action): boolean => {
  const print = (action: Action): string =>
    JSON.stringify(action, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return print(a) === print(b);
};

function plain(condition: HeadCondition<Prefix> | undefined): Prefix | undefined {
  return condition === undefined || condition.negated || condition.value.length <= 0 ? undefined : condition.value;
}

/** Earlier rules that end, filed by the narrowest network they ask for, so that a rule is held only against those that could cover it. */
class EarlierRules {
  private readonly filed = new Map<string, Earlier[]>();
  private readonly all: Earlier[] = [];

  private key({ head }: Rule): string {
    const dst = plain(head?.dst);
    const src = plain(head?.src);
    const port = head?.dport?.negated === false && head.dport.value[0] === head.dport.value[1] ? head.dport.value[0] : undefined;
    if (dst !== undefined) return `d${formatPrefix(dst)}${port === undefined ? '' : ` ${port}`}`;
    if (src !== undefined) return `s${formatPrefix(src)}`;
    return port === undefined ? '' : `p${port}`;
  }

  add(earlier: Earlier): void {
    this.all.push(earlier);
    addTo(this.filed, this.key(earlier.rule), earlier);
  }

  /** Keys under which a rule that covers this one may be filed. */
  private *keys({ head }: Rule): Generator<string> {
    yield '';
    const dst = plain(head?.dst);
    const src = plain(head?.src);
    const port = head?.dport?.negated === false && head.dport.value[0] === head.dport.value[1] ? head.dport.value[0] : undefined;
    if (port !== undefined) yield `p${port}`;
    for (const [letter, net] of [
      ['d', dst],
      ['s', src],
    ] as const) {
      for (let length = 1; net !== undefined && length <= net.length; length++) {
        const wider = `${letter}${formatPrefix(prefixOf(net.addr, length))}`;
        yield wider;
        if (letter === 'd' && port !== undefined) yield `${wider} ${port}`;
      }
    }
  }

  /** Earlier rules that take all of a rule's packets between them. */
  coveringTogether(box: RuleBox): readonly Earlier[] | undefined {
    return this.all.length < 2 || this.all.length > MOST_TOGETHER ? undefined : coveredTogether(box, this.all);
  }

  covering(rule: Rule, box: RuleBox): Earlier | undefined {
    for (const key of this.keys(rule)) {
      const found = this.filed.get(key)?.find((earlier) => coversBox(earlier.box, box));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** In longer chains a rule is held against single earlier rules alone. */
const MOST_TOGETHER = 1500;

function missingDevice({ ns }: Place, box: RuleBox): string | undefined {
  if (!ns.netns.sources.has('addr')) return undefined;
  const gone = box.devices.find(({ name, prefix, negated, which }) => {
    if (negated || name === '' || which.startsWith('phys')) return false;
    return prefix ? ![...ns.interfaces.keys()].some((dev) => dev.startsWith(name)) : !ns.interfaces.has(name);
  });
  return gone === undefined ? undefined : `${gone.name}${gone.prefix ? '+' : ''}`;
}

function finding(place: Place, rule: Rule, kind: RuleFindingKind, detail: string, by?: Earlier): RuleFinding {
  const { ns, family, table } = place;
  const base = { kind, netns: ns.name, family, table, chain: rule.chain, rule: rule.text, origin: rule.origin, detail };
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
  return device === undefined ? undefined : finding(place, rule, 'no-device', `${place.ns.name} has no interface ${device}`);
}

function analyseTable(place: Place, table: CompiledTable): readonly RuleFinding[] {
  const reached = chainGraph(table.table).reached();
  const findings: RuleFinding[] = [];
  for (const chain of table.table.chains.values()) {
    const [first] = chain.rules;
    if (!reached.has(chain.name)) {
      if (first !== undefined)
        findings.push(
          finding(place, first, 'unreached', `no rule leads to chain ${chain.name}, so none of its ${chain.rules.length} rules is met`),
        );
      continue;
    }
    const earlier = new EarlierRules();
    const compiled = table.chain(chain.name);
    chain.rules.forEach((rule, position) => {
      const one = compiled?.rule(position);
      if (one === undefined) return;
      const box = boxOf(one.predicate);
      const found = judge(place, one, box, earlier);
      if (found !== undefined) findings.push(found);
      else if (endsChain(one.action)) earlier.add({ rule, action: one.action, box });
    });
  }
  return findings;
}

/**
 * Rules that no packet can meet, over sets of packets rather than by counters: of every table of every namespace.
 * Conditions that depend on more than the packet (rates, clocks) never count as covering.
 */
export function analyseRules(machine: Machine): readonly RuleFinding[] {
  return [...machine.namespaces.values()].flatMap((ns) =>
    ns.netns.rulesets.flatMap((set) =>
      [...set.tables.values()].flatMap((table) =>
        analyseTable({ ns, family: set.family, table: table.name }, new CompiledTable(table, set.family)),
      ),
    ),
  );
}

import { nativeHygieneIn, traceFlow, type Machine } from '../datapath/index.js';
import type { Explanation, ExplanationLine } from '../model/explanation.js';
import { nftGraph, compileNftRule, countSetElements, namedSetsOf, TableSets } from '../netfilter/nftables/index.js';
import type { NativeChainPlace, NativeRulePlace, SetPlace } from './find-native.js';
import { likelyFlows } from './reach.js';
import { neverLine } from './rule-reach.js';
import { explanation, line, section } from './subject.js';
import { actionWords } from './words/action.js';
import { hookWords } from './words/hooks.js';
import { conditionWords } from './words/predicate.js';
import { writerLines } from './words/writer.js';

const MOST_RULES = 40;
const MOST_FLOWS = 80;
const MOST_EXAMPLES = 3;

const chainText = ({ ns, table, chain }: NativeChainPlace): string => `${table.family} ${table.name} ${chain.name} of ${ns.name}`;

/** How packets come to a chain. */
function wayLines({ table, chain }: NativeChainPlace): readonly ExplanationLine[] {
  const { base } = chain;
  if (table.dormant === true) return [line('none: the table is dormant, so no hook calls its chains')];
  if (base !== undefined)
    return [
      line(`the hook ${base.hook} calls it, with priority ${base.priority}: it sees ${hookWords(base.hook.toUpperCase())}`, chain.origin),
      ...(base.devices.length === 0 ? [] : [line(`of the devices ${base.devices.join(', ')}`)]),
    ];
  const jumps = nftGraph(table).jumpsTo(chain.name);
  const none = nftGraph(table).hooksTo(chain.name).size === 0 ? [line('none in fact: no base chain leads to it')] : [];
  return jumps.length === 0
    ? [line('none: no rule and no verdict map leads to it')]
    : [...jumps.map((jump) => line(`by \`${jump.rule.text}\` of ${jump.chain.name}`, jump.rule.origin)), ...none];
}

/** What a rule asks and does. */
function meaning({ table, rule }: NativeRulePlace): readonly [asks: string, does: string] {
  const { predicate, action } = compileNftRule(rule, table, new TableSets(table));
  const all = predicate.op === 'const' && predicate.value;
  return [all ? 'every packet that comes to it' : `a packet that ${conditionWords(predicate)}`, actionWords(action, undefined)];
}

/** @returns which packets come to a native chain and what becomes of them. */
export function explainNativeChain(machine: Machine, place: NativeChainPlace): Explanation {
  const { chain, table } = place;
  const rules = chain.rules.slice(0, MOST_RULES).map((rule, i) => line(`${i + 1}. ${rule.text}`, rule.origin));
  const more = chain.rules.length - rules.length;
  const end =
    chain.base === undefined
      ? 'where no rule decides, the packet goes back to the chain that led here, behind the rule that did'
      : `where no rule decides, the policy does: ${chain.base.policy}; an accept ends this chain alone, and other chains of the hook are still asked`;
  const sections = [
    section('Which packets come to it?', wayLines(place)),
    section('What does it do, in order?', [...rules, ...(more > 0 ? [line(`and ${more} more`)] : []), line(end)]),
    section('Who wrote it?', writerLines(machine, table, chain.name)),
  ];
  const summary = `A chain of nftables, in the table ${table.family} ${table.name}.`;
  return explanation('chain', chainText(place), summary, sections, chain.origin);
}

function examples(machine: Machine, { rule, chain, table, ns }: NativeRulePlace): readonly ExplanationLine[] {
  const found: ExplanationLine[] = [];
  for (const flow of likelyFlows(machine).slice(0, MOST_FLOWS)) {
    if (found.length >= MOST_EXAMPLES) break;
    const trace = traceFlow(machine, flow);
    const met = trace.rules.some(
      (hit) =>
        hit.netns === ns.name &&
        hit.nft === table.family &&
        hit.table === table.name &&
        hit.chain === chain.name &&
        hit.line === rule.origin.line &&
        hit.handle === rule.handle,
    );
    const port = trace.flow.dport === undefined ? '' : `:${trace.flow.dport}`;
    if (met) found.push(line(`${trace.flow.from} → ${trace.flow.to}${port} (${trace.flow.proto}): ${trace.outcome}`));
  }
  return found;
}

function canLines(machine: Machine, place: NativeRulePlace): readonly ExplanationLine[] {
  const found = nativeHygieneIn(place.ns, place.table).of(place.chain.name, place.rule);
  if (found !== undefined) return [neverLine(found, place.chain.name, place.ns.name)];
  const flows = examples(machine, place);
  return flows.length > 0
    ? [line('yes'), ...flows]
    : [
        line(
          'nothing forbids it, but none of the flows that were tried (to published ports, between containers, to and from the internet) meets it',
        ),
      ];
}

/** @returns which packets meet a native rule, what it does, and whether any packet can. */
export function explainNativeRule(machine: Machine, place: NativeRulePlace): Explanation {
  const { rule, chain, table, number } = place;
  const [asks, does] = meaning(place);
  const handle = rule.handle === undefined ? '' : `, handle ${rule.handle}`;
  const sections = [
    section('Which packets come to it?', [
      line(`it is rule ${number} of ${chain.rules.length} in the chain ${chain.name}${handle}`, rule.origin),
      ...wayLines(place),
    ]),
    section('What does it ask and do?', [
      line(`it asks for ${asks}`),
      ...rule.errors.map((error) => line(`not understood: ${error}`, rule.origin)),
      line(`it ${does}`),
    ]),
    section('Can any packet meet it?', canLines(machine, place)),
    section('Who wrote it?', writerLines(machine, table, chain.name)),
  ];
  return explanation('rule', rule.text, `A rule of nftables in ${chainText(place)}. For ${asks}, it ${does}`, sections, rule.origin);
}

/** @returns what a set or map of nftables holds, and which rules look into it. */
export function explainSet(machine: Machine, { ns, table, set }: SetPlace): Explanation {
  const count = countSetElements(set);
  const what = set.data === undefined ? 'set' : 'map';
  const users = [...table.chains.values()].flatMap((chain) =>
    chain.rules.flatMap((rule) => (namedSetsOf(rule).has(set.name) ? [line(`\`${rule.text}\` of ${chain.name}`, rule.origin)] : [])),
  );
  const moving = set.flags.includes('dynamic') || set.flags.includes('timeout');
  const sections = [
    section('What does it hold?', [
      line(`${count} element${count === 1 ? '' : 's'}${set.incomplete === true ? ', as far as the listing shows' : ''}`, set.origin),
      ...(moving ? [line('packets or time change what it holds: the listing tells of one moment')] : []),
    ]),
    section('Who looks into it?', users.length === 0 ? [line('no rule of its table')] : users.slice(0, MOST_RULES)),
    section('Who wrote it?', writerLines(machine, table)),
  ];
  const summary = `A ${what} of nftables, in the table ${table.family} ${table.name}.`;
  return explanation('set', `${table.family} ${table.name} ${set.name} of ${ns.name}`, summary, sections, set.origin);
}

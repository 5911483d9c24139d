import { familyOf, addressBits, formatPrefix, lastOf, prefixOf } from '../address/ip.js';
import type { Range } from '../address/ranges.js';
import {
  compileRule,
  UnreadableOption,
  type OptionContext,
  findMatch,
  chainName,
  jumpsTo,
  type FoundRule,
} from '../netfilter/iptables/index.js';
import { protocolNumber, conjuncts } from '../netfilter/index.js';
import type { Machine } from '../datapath/index.js';
import type { Explanation, ExplanationLine } from '../model/explanation.js';
import type { Rule, RuleMatch, RuleOption } from '../model/netfilter.js';
import { examples, whyNever } from './rule-reach.js';
import { explanation, line, section } from './subject.js';
import { actionWords } from './words/action.js';
import { dockerChain, hookWords, tableWords } from './words/hooks.js';
import { conditionWords } from './words/predicate.js';

function optionText(option: RuleOption): string {
  return [...(option.negated ? ['!'] : []), option.flag, ...option.args].join(' ');
}

/** One line for each option of the command itself, and one for each `-m`. */
function matchLines(match: RuleMatch, context: OptionContext): string[] {
  if (match.module === 'comment') return match.options.map((o) => `${optionText(o)}: a remark, without effect`);
  const extension = findMatch(match.module, context.family);
  if (extension === undefined) return [`-m ${match.module}: a match that is not known here`];
  const parts = match.module === '' ? match.options.map((option) => [option]) : [match.options];
  return parts.map((options) => {
    const text = [...(match.module === '' ? [] : [`-m ${match.module}`]), ...options.map(optionText)].join(' ');
    return `${text}: ${meaning(() => conditionWords(extension.compile(options, context)))}`;
  });
}

function meaning(compile: () => string): string {
  try {
    return `a packet that ${compile()}`;
  } catch (error) {
    if (error instanceof UnreadableOption) return error.message;
    throw error;
  }
}

function protocolOf(matches: readonly RuleMatch[]): number {
  const option = matches
    .filter((m) => m.module === '')
    .flatMap((m) => m.options)
    .find((o) => o.flag === '-p' && !o.negated);
  return protocolNumber(option?.args[0] ?? '') ?? 0;
}

/** How packets come to the chain: its hook, or the rules that lead to it. */
function wayThere(place: FoundRule): ExplanationLine[] {
  const { chain, table } = place;
  const own = dockerChain(table.name, chain.name);
  const head = [
    line(
      `it is rule ${place.number} of ${chain.rules.length} in the chain ${chain.name} of the table ${tableWords(table.name)}`,
      place.rule.origin,
    ),
    ...(own === undefined ? [] : [line(`${chain.name} is there for this: ${own}`)]),
  ];
  if (chain.policy !== undefined) return [...head, line(`${chain.name} is built in: it sees ${hookWords(chain.name)}`)];
  const jumps = jumpsTo(place, chain.name);
  return [
    ...head,
    ...jumps
      .slice(0, 6)
      .map((jump) =>
        line(
          `packets come to it by \`${jump.rule.text}\`${jump.chain.policy === undefined ? '' : `; ${jump.chain.name} sees ${hookWords(jump.chain.name)}`}`,
          jump.rule.origin,
        ),
      ),
  ];
}

/** The one network that a condition's ranges are, as it is written. */
function printNetwork([range, ...more]: readonly Range[]): string | undefined {
  if (range === undefined || more.length > 0) return undefined;
  const [lo, hi] = range;
  const most = addressBits(familyOf(lo));
  for (let length = 0; length <= most; length++) {
    const prefix = prefixOf(lo, length);
    if (prefix.addr === lo && lastOf(prefix) === hi) return formatPrefix(prefix);
  }
  return undefined;
}

/** `-s SUBNET ! -o BRIDGE -j MASQUERADE`: the rule by which containers reach the internet. */
function dockerHabit(place: FoundRule): ExplanationLine[] {
  const { predicate, action } = compileRule(place.rule, place.table, place.ruleset.family);
  const [from, out, ...more] = conjuncts(predicate);
  const isHabit = place.chain.name === 'POSTROUTING' && action.kind === 'masquerade' && more.length === 0;
  if (!isHabit || from?.op !== 'in' || from.field !== 'src' || out?.op !== 'not' || out.of.op !== 'iface' || out.of.prefix) return [];
  const network = printNetwork(from.ranges);
  if (network === undefined || out.of.which !== 'out') return [];
  const bridge = out.of.name;
  return [
    line(
      `this is how the containers of ${network} reach the internet: what they send leaves by an interface other than ${bridge}, so it is masqueraded as the host`,
    ),
    line(`what one container sends to another of the same bridge stays on ${bridge}: it does not meet this rule, and is rewritten by none`),
  ];
}

function counterLines({ rule }: FoundRule): ExplanationLine[] {
  if (rule.packets === undefined) return [];
  return [
    line(
      rule.packets === 0
        ? 'its counter is 0: no packet has met it since it was made'
        : `its counter says that ${rule.packets} packets have met it`,
      rule.origin,
    ),
  ];
}

function canLines(machine: Machine, place: FoundRule): ExplanationLine[] {
  const never = whyNever(machine, place);
  const found = never === undefined ? examples(machine, place) : [];
  const counted = counterLines(place);
  if (never !== undefined) return [never, ...counted];
  if (found.length > 0) return [line('yes'), ...found, ...counted];
  const open =
    (place.rule.packets ?? 0) > 0
      ? 'yes, by its counter'
      : 'nothing forbids it, but none of the flows that were tried (to published ports, between containers, to and from the internet) meets it';
  return [line(open), ...counted];
}

function nothingAsked(rule: Rule): string {
  return rule.hidden === undefined
    ? 'it asks for nothing: every packet that comes here meets it'
    : 'what the listing shows of it asks for nothing';
}

/** @returns what packets meet a rule, what its words mean, and whether any packet can. */
export function explainRule(machine: Machine, place: FoundRule): Explanation {
  const { rule, table, ruleset } = place;
  const compiled = compileRule(rule, table, ruleset.family);
  const context: OptionContext = { family: ruleset.family, proto: protocolOf(rule.spec.matches) };
  const conditions = rule.spec.matches.flatMap((match) => matchLines(match, context));
  const target = rule.spec.target;
  const act = actionWords(compiled.action, target?.name);
  const targetText =
    target === undefined ? '(no target)' : [target.goto ? '-g' : '-j', target.name, ...target.options.map(optionText)].join(' ');
  const hidden = rule.hidden === undefined ? [] : [line(`not shown: ${rule.hidden}`, rule.origin)];
  const sections = [
    section('Which packets come to it?', wayThere(place)),
    section('What do its words mean?', [
      ...(conditions.length === 0 ? [nothingAsked(rule)] : conditions),
      ...hidden,
      ...rule.spec.errors.map((error) => line(`not understood: ${error}`, rule.origin)),
      `${targetText}: ${act}`,
    ]),
    section('What is it for?', dockerHabit(place)),
    section('Can any packet meet it?', canLines(machine, place)),
  ];
  const who =
    conditions.length === 0 && hidden.length === 0 ? 'every packet that comes to it' : 'a packet that meets all of its conditions';
  return explanation('rule', rule.text, `A rule in ${chainName(place)}. For ${who}, it ${act}`, sections, rule.origin);
}

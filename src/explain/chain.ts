import { compileRule, chainName, isReached, jumpsTo, type ChainPlace } from '../netfilter/iptables/index.js';
import type { Explanation, ExplanationLine } from '../model/explanation.js';
import { explanation, line, section } from './subject.js';
import { conditionWords } from './words/predicate.js';
import { dockerChain, hookWords, tableWords } from './words/hooks.js';

const MOST_RULES = 40;

function ruleLines({ chain, table, ruleset }: ChainPlace): ExplanationLine[] {
  const shown = chain.rules.slice(0, MOST_RULES).map((rule, at) => {
    const { predicate } = compileRule(rule, table, ruleset.family);
    const who = predicate.op === 'const' && predicate.value ? 'every packet' : `a packet that ${conditionWords(predicate)}`;
    return line(
      `${at + 1}. ${who} → ${rule.spec.target === undefined ? 'counted' : [rule.spec.target.name, ...rule.spec.target.options.flatMap((o) => o.args)].join(' ')}`,
      rule.origin,
    );
  });
  const more = chain.rules.length - shown.length;
  return more > 0 ? [...shown, line(`and ${more} more`)] : shown;
}

function endLine({ chain }: ChainPlace): string {
  if (chain.policy !== undefined) return `where no rule decides, the policy does: ${chain.policy}`;
  return 'where no rule decides, the packet goes back to the chain that jumped here, behind the rule that did';
}

/** @returns which packets come to a chain and what becomes of them. */
export function explainChain(place: ChainPlace): Explanation {
  const { chain, table } = place;
  const purpose = dockerChain(table.name, chain.name);
  const jumps = jumpsTo(place, chain.name);
  const built = chain.policy !== undefined;
  const come = built
    ? [line(`it is built in: it sees ${hookWords(chain.name)}`, chain.origin)]
    : jumps.map((jump) => line(`by \`${jump.rule.text}\``, jump.rule.origin));
  const sections = [
    section('Which packets come to it?', [
      ...(come.length === 0 ? [line('none: no rule jumps to it')] : come),
      ...(isReached(place) || come.length === 0 ? [] : [line('none in fact: no built-in chain leads to it')]),
    ]),
    section('What does it do, in order?', [...ruleLines(place), line(endLine(place))]),
  ];
  const what = purpose ?? (built ? `the chain for ${hookWords(chain.name)}` : 'a chain of your own, or of another program');
  return explanation('chain', chainName(place), `${chain.name}: ${what}. Its table is ${tableWords(table.name)}.`, sections, chain.origin);
}

import type { Machine } from '../datapath/index.js';
import type { ExplanationLine } from '../model/explanation.js';
import type { RuleFacts, Predicate } from '../netfilter/index.js';
import { factsIn } from '../netfilter/iptables/index.js';
import { nativeRuleFacts } from '../netfilter/nftables/index.js';
import { line } from './subject.js';

/** So many rules are told of. */
const MOST_RULES = 20;

function* everyRule(machine: Machine, isMeant: (facts: RuleFacts, predicate: Predicate) => boolean): Generator<ExplanationLine> {
  for (const { netns } of machine.namespaces.values()) {
    for (const { family, tables } of netns.rulesets)
      for (const table of tables.values()) {
        const facts = factsIn(table, family);
        for (const chain of table.chains.values())
          for (const rule of chain.rules) if (isMeant(facts.of(rule), facts.predicate(rule))) yield line(rule.text, rule.origin);
      }
    for (const { rule, facts, predicate } of nativeRuleFacts(netns.nftables?.tables ?? []))
      if (isMeant(facts, predicate)) yield line(rule.text, rule.origin);
  }
}

/** @returns the first of the rules, of iptables and native, that are meant. */
export function rulesThat(machine: Machine, isMeant: (facts: RuleFacts, predicate: Predicate) => boolean): readonly ExplanationLine[] {
  const found: ExplanationLine[] = [];
  for (const rule of everyRule(machine, isMeant)) if (found.push(rule) >= MOST_RULES) break;
  return found;
}

import { compileRule } from '../netfilter/iptables/index.js';
import type { Host } from '../model/host.js';
import type { Ruleset } from '../model/netfilter.js';
import type { Problem } from '../model/origin.js';
import { append } from '../address/append.js';
import { ProblemList } from './parsers/source.js';

function problemsOf(ruleset: Ruleset): readonly Problem[] {
  const problems = new ProblemList(ruleset.file);
  for (const table of ruleset.tables.values())
    for (const chain of table.chains.values())
      for (const rule of chain.rules) {
        const messages = compileRule(rule, table, ruleset.family).problems;
        if (messages.length > 0) problems.addAt(rule.origin, rule.text, messages.join('; '));
      }
  return problems.list;
}

/** @returns a problem for each rule of the host that is not wholly understood; beyond some thousands in a file they are counted. Reads every rule. */
export function ruleProblems(host: Host): Problem[] {
  const problems: Problem[] = [];
  for (const netns of host.netns.values()) for (const ruleset of netns.rulesets) append(problems, problemsOf(ruleset));
  return problems;
}

import { UnreadableOption, type CompileContext } from '../netfilter/iptables/extension.js';
import { protocolNumber } from '../netfilter/protocols.js';
import { findMatch, findTarget } from '../netfilter/iptables/registry.js';
import type { Host } from '../model/host.js';
import type { Rule, RuleSpec, Ruleset } from '../model/netfilter.js';
import type { Problem } from '../model/origin.js';
import { append } from './append.js';
import { ProblemList } from './parsers/source.js';

function unreadable(compile: () => unknown): string[] {
  try {
    compile();
    return [];
  } catch (error) {
    if (error instanceof UnreadableOption) return [error.message];
    throw error;
  }
}

function protoOf(spec: RuleSpec): number {
  const options = spec.matches.filter((match) => match.module === '').flatMap((match) => match.options);
  const option = options.find(({ flag, negated }) => !negated && (flag === '-p' || flag === '--protocol' || flag === '--proto'));
  return protocolNumber(option?.args[0] ?? '') ?? 0;
}

/** What of one rule was not understood: unknown extensions and options, and values that cannot be read. */
function messagesOf(rule: Rule, ruleset: Ruleset): readonly string[] {
  const { spec } = rule;
  const context: CompileContext = { family: ruleset.family, proto: protoOf(spec) };
  const matches = spec.matches.flatMap((match) => {
    const extension = findMatch(match.module, ruleset.family);
    return extension === undefined ? [] : unreadable(() => extension.compile(match.options, context));
  });
  const { target } = spec;
  const extension = target === undefined || target.goto ? undefined : findTarget(target.name);
  const targets = target === undefined || extension === undefined ? [] : unreadable(() => extension.compile(target.options, context));
  return spec.errors.length > 0 ? spec.errors : [...matches, ...targets];
}

function problemsOf(ruleset: Ruleset): readonly Problem[] {
  const problems = new ProblemList(ruleset.file);
  for (const table of ruleset.tables.values())
    for (const chain of table.chains.values())
      for (const rule of chain.rules) {
        const messages = messagesOf(rule, ruleset);
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

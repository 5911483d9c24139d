/** What this room is entered by: everything that others ask of it. */
export { chainGraph } from './chain-graph.js';
export { type CommandLine, readCommandLine } from './command-line.js';
export { type CompiledRule, compileRule, contextOf } from './compile.js';
export { UnreadableOption } from './extension.js';
export type { OptionContext } from './grammar/form.js';
export { eachAddress, savedSpec } from './grammar/print.js';
export { mayName } from './line-words.js';
export { wideNumber } from './numbers.js';
export { type ChainPlace, type FoundRule, allChains, chainName, isReached, jumpsTo, ruleAt } from './places.js';
export { goesOn } from './plain-target.js';
export { findMatch, findTarget } from './registry.js';
export { TableFacts, factsIn } from './rule-facts.js';
export { parseRuleHead } from './rule-head.js';
export { canonicalRule } from './rule-print.js';
export { parseRule } from './rule-text.js';
export { tokenize } from './rule-tokens.js';
export { ruleWords, saveLine } from './rule-words.js';

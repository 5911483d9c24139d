export { afterCommands } from './after-commands.js';
export { WhatIfError } from './change.js';
export { ruleRemedy, withRemedy } from './remedy.js';
export { keepRules, keepTables, type RulePlace } from './rules/rules.js';
export { whatIf, type Supposed } from './what-if.js';
export { stepsOf } from './compose.js';

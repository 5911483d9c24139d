export { nativeHead } from './head.js';
export { compileNftRule, TableSets, type CompiledNftRule } from './rule.js';
export { tracksConnections } from './tracking.js';
export { anonymousChains } from './verdicts.js';

/** What this room is entered by: everything that others ask of it. */
export { type NativeBaseChain, nativeBaseChains } from './base-chains.js';
export { nftGraph } from './chain-graph.js';
export { TableSets, anonymousChains, compileNftRule, nativeHead, tracksConnections } from './compile/index.js';
export { NftRefusal, editNft } from './edit.js';
export { withIptables } from './iptables-twin.js';
export type { Json } from './json/value.js';
export { nativeRuleFacts, type NativeRuleFacts } from './native-rules.js';
export { printBase, printFlowtableParts, printObjectParts, printSetElements, printSetParts } from './print/declaration.js';
export { printRuleText } from './print/statement.js';
export { readNftJson } from './read-json.js';
export { readNftText } from './read-text.js';
export { type Contradiction, reconcile } from './reconcile.js';
export { withoutCounts } from './without-counts.js';

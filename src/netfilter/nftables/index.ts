/** What this room is entered by: everything that others ask of it. */
export { type NativeBaseChain, nativeBaseChains } from './base-chains.js';
export { nftGraph } from './chain-graph.js';
export { TableSets, anonymousChains, compileNftRule, nativeHead, tracksConnections } from './compile/index.js';
export { boundsOf, isElementKey } from './elements.js';
export { NftRefusal, editNft } from './edit.js';
export { withIptables } from './iptables-twin.js';
export type { Json } from './json/value.js';
export { namedSetsOf } from './named-sets.js';
export { nativeRuleFacts, type NativeRuleFacts } from './native-rules.js';
export {
  countSetElements,
  printBase,
  printFlowtableParts,
  printObjectParts,
  printSetElementAt,
  printSetElements,
  printSetParts,
} from './print/declaration.js';
export { printRuleText } from './print/statement.js';
export { readNftJson } from './read-json.js';
export { readNftText } from './read-text.js';
export { type Contradiction, reconcile } from './reconcile.js';
export { withoutCounts } from './without-counts.js';

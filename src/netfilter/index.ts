/** What this room is entered by: everything that others ask of it. */
export type { Action, NatRange, Only, RejectWith, Writable, ZoneDirection, ZoneTemplate } from './action.js';
export { type BaseChain, type HookPoint, PRIORITY, iptablesPriority, iptablesType, natPriority } from './base-chain.js';
export { type RuleFacts, type Translates, conditionsOf, factsOf, givesPortRange, soleAddress } from './facts.js';
export { type HygienePlace, type RuleFinding, type RuleFindingKind, TableHygiene } from './hygiene/hygiene.js';
export { hygieneOf } from './hygiene/iptables-table.js';
export { nativeHygieneOf } from './hygiene/native-table.js';
export { namesNetwork, namesPort, usesSet } from './named.js';
export { conjuncts } from './predicate/conjuncts.js';
export type { Field } from './predicate/field.js';
export { keyRanges, looksOf, readsBits } from './predicate/key-ranges.js';
export { leavesOf, termsIn } from './predicate/leaves.js';
export {
  type AddrType,
  CT_STATE,
  CT_STATUS,
  type KnownBytes,
  NFT_STATE,
  PKTTYPE,
  type Predicate,
  TRUE,
  allOf,
  between,
} from './predicate/predicate.js';
export type { Category, OracleQuery, OwnerQuery } from './predicate/question.js';
export { protocolName, protocolNumber } from './protocols.js';
export { servicePort } from './services.js';
export type { KeyPart, KeyedSet, SetEntry } from './sets/keyed-set.js';
export { mayHold, type Guess } from './sets/may-hold.js';
export { SetIndex } from './sets/set-index.js';
export { verdictsOf } from './sets/verdicts.js';
export type { FibFlag, Term, Value } from './term.js';

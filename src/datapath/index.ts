export { createMachine, type Machine, type MachineOptions } from './machine/machine.js';
export { exploreFlow, traceAll, traceFlow, traceSides, type Exploration } from './trace/trace.js';
export { isStandIn } from './link/stand-in.js';
export { leadsToMissing } from './link/segment.js';
export { findPeers, peerKey } from './machine/peers.js';
export { unknownNameIn } from './endpoints/plan.js';
export { withGrounds, withHostGrounds, withUnread } from './trace/grounds.js';
export { leavingText } from './reasons/ends.js';
export { causeOf, causeOfKind, hasCause, wordsOf, type Reason } from './reasons/reason.js';

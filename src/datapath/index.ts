export { createMachine, type Machine, type MachineOptions } from './machine.js';
export { exploreFlow, traceAll, traceFlow, traceSides, type Exploration } from './trace.js';
export { isStandIn } from './link/stand-in.js';
export { leadsToMissing } from './link/segment.js';
export { findPeers, peerKey } from './peers.js';
export { unknownNameIn } from './plan.js';
export { withGrounds, withHostGrounds, withUnread } from './unread.js';
export { leavingText } from './reasons/ends.js';
export { causeOf, causeOfKind, hasCause, wordsOf, type Reason } from './reasons/reason.js';

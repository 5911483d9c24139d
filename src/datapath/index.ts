export { createMachine, type Machine, type MachineOptions } from './machine.js';
export { traceAll, traceFlow } from './trace.js';
export { findPeers, peerKey } from './peers.js';

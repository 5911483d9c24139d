/** Everything that decides something of a host, in one place: bundled by the test beside it. */
export { auditMachine } from '../../../src/audit/engine.js';
export { withRemedy } from '../../../src/change/index.js';
export { createMachine, traceFlow } from '../../../src/datapath/index.js';
export { diffReachability } from '../../../src/reachability/diff/diff.js';
export { reachabilityMatrix } from '../../../src/reachability/matrix.js';
export { loadFiles } from '../../../src/snapshot/load.js';

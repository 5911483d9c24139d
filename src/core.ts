/**
 * What needs no machine under it: texts of a snapshot → a host → answers → reports, with nothing of Node's. The same answers as the command's, in a
 * browser or a worker.
 * @packageDocumentation
 */
export { loadFiles } from './snapshot/assemble.js';
export { SnapshotError } from './snapshot/error.js';
export { createMachine, traceFlow } from './datapath/index.js';
export type { Machine, MachineOptions } from './datapath/index.js';
export { reachabilityMatrix } from './reachability/matrix.js';
export { explain } from './explain/index.js';
export { topologyOf } from './topology/index.js';
export { report as traceText } from './report/text.js';
export { report as traceJson } from './report/json.js';
export { report as traceMarkdown } from './report/md.js';
export { report as matrixText } from './report/matrix/text.js';

/**
 * What needs no machine under it: texts of a snapshot → a host → answers → reports, with nothing of Node's. The same answers as the command's, in a
 * browser or a worker.
 * @packageDocumentation
 */
export {
  loadFiles,
  hostOfTexts,
  type HostTexts,
  type SourceFile,
  decode,
  isSnapshotPath,
  unwrap,
  takeIn,
  SnapshotError,
} from './snapshot/index.js';
export {
  createMachine,
  traceFlow,
  unknownNameIn,
  flowRequest,
  QuestionError,
  type Machine,
  type MachineOptions,
} from './datapath/index.js';
export { reachabilityMatrix, cellWitness, diffReachability, listenersInPart } from './reachability/index.js';
export { printCommands } from './command/index.js';
export { SEVERITIES } from './model/audit.js';
export { auditMachine, type AuditRule } from './audit/index.js';
export { advise } from './advice/index.js';
export { whatIf, WhatIfError } from './change/index.js';
export { explain } from './explain/index.js';
export { topologyOf } from './topology/index.js';
export { report as traceText } from './report/trace/text.js';
export { report as traceJson } from './report/trace/json.js';
export { report as traceMarkdown } from './report/trace/md.js';
export { report as matrixText } from './report/matrix/text.js';

/**
 * What needs no machine under it: texts of a snapshot → a host → answers → reports, with nothing of Node's. The same answers as the command's, in a
 * browser or a worker.
 * @packageDocumentation
 */
export { loadFiles } from './snapshot/assemble.js';
export { hostOfTexts } from './snapshot/host-texts.js';
export type { HostTexts } from './snapshot/host-texts.js';
export type { SourceFile } from './snapshot/listing.js';
export { decode, isSnapshotPath, unwrap } from './snapshot/files.js';
export { takeIn } from './snapshot/intake/index.js';
export { SnapshotError } from './snapshot/error.js';
export { createMachine, traceFlow, unknownNameIn } from './datapath/index.js';
export { flowRequest, QuestionError } from './datapath/endpoints/flow-request.js';
export type { Machine, MachineOptions } from './datapath/index.js';
export { reachabilityMatrix } from './reachability/matrix.js';
export { printCommands } from './command/index.js';
export { SEVERITIES } from './model/audit.js';
export { cellWitness } from './reachability/matrix.js';
export { diffReachability } from './reachability/diff/diff.js';
export { auditMachine } from './audit/engine.js';
export type { AuditRule } from './audit/rules/rule.js';
export { advise } from './advice/index.js';
export { whatIf, WhatIfError } from './change/index.js';
export { explain } from './explain/index.js';
export { topologyOf } from './topology/index.js';
export { report as traceText } from './report/trace/text.js';
export { report as traceJson } from './report/trace/json.js';
export { report as traceMarkdown } from './report/trace/md.js';
export { report as matrixText } from './report/matrix/text.js';

/**
 * The library: `loadSnapshot` reads a host, `createMachine` makes it ready, `traceFlow` asks it. `readFlows` joins the packets of captures into
 * conversations; `placeOnTrace` sets them beside one trace, `judgeFlows` beside the whole snapshot. `reachabilityMatrix`, `auditMachine`, `checkPolicy`,
 * `diffReachability`, `whatIf` and `explain` are what the commands of those names ask.
 * @packageDocumentation
 */
export { loadSnapshot } from './snapshot/disk.js';
export { SnapshotError, inspectHost } from './snapshot/index.js';
export { createMachine, traceAll, traceFlow, type Machine, type MachineOptions, flowRequest, QuestionError } from './datapath/index.js';
export {
  CaptureError,
  PacketBatch,
  evidenceIn,
  judgeFlows,
  placeOnTrace,
  placingOptions,
  planCaptures,
  readCapture,
  readCaptureFile,
  readFlows,
  tcpdumpCommand,
  usedCells,
} from './capture/index.js';
export type {
  CaptureToRead,
  CaptureInterface,
  Captures,
  EvidenceFor,
  FlowEvidence,
  PlannedCapture,
  Predict,
  OpenEnds,
  ReadFlows,
  SoughtFlow,
} from './capture/index.js';
export { auditMachine, type AuditDraft, RuleError, type AuditRule } from './audit/index.js';
export { builtInRules } from './own-rules.js';
export { advise } from './advice/index.js';
export { WhatIfError, whatIf, withRemedy } from './change/index.js';
export type { Supposed } from './change/index.js';
export { ComposeError, readProject } from './compose/index.js';
export type { ComposeFile, ComposeOptions, ReadBeside } from './compose/index.js';
export { explain } from './explain/index.js';
export {
  cellWitness,
  reachabilityMatrix,
  diffReachability,
  checkPolicy,
  PolicyError,
  readPolicy,
  type Policy,
} from './reachability/index.js';
export { topologyOf } from './topology/index.js';
export { printCommand } from './command/index.js';
export { AUDIT_REPORTS } from './report/audit/index.js';
export { CHECK_REPORTS } from './report/check/index.js';
export { DIFF_REPORTS } from './report/diff/index.js';
export { MATRIX_REPORTS } from './report/matrix/index.js';
export { inertJson, escapeHtml, escapeMarkdown, escapeTerminal, markdownCode } from './report/index.js';
export { FLOWS_REPORTS, type FlowsReport } from './report/flows/index.js';
export { TRACE_REPORTS, type ReportOptions, type TraceReport } from './report/trace/index.js';
export type * from './model/audit.js';
export type * from './model/capture.js';
export type * from './model/command.js';
export type * from './model/compose.js';
export type * from './model/explanation.js';
export type * from './model/host.js';
export type * from './model/inspection.js';
export type * from './model/policy.js';
export type * from './model/reachability.js';
export type * from './model/topology.js';
export type * from './model/link.js';
export type * from './model/netfilter.js';
export type * from './model/origin.js';
export type * from './model/trace.js';

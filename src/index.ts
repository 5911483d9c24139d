/**
 * The library: `loadSnapshot` reads a host, `createMachine` makes it ready, `traceFlow` asks it. `readFlows` joins the packets of captures into
 * conversations; `placeOnTrace` sets them beside one trace, `judgeFlows` beside the whole snapshot.
 * @packageDocumentation
 */
export { loadSnapshot } from './snapshot/load.js';
export { SnapshotError } from './snapshot/error.js';
export { createMachine, traceAll, traceFlow } from './datapath/index.js';
export type { Machine, MachineOptions } from './datapath/index.js';
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
  Question,
  ReadFlows,
  SoughtFlow,
} from './capture/index.js';
export { printCommand } from './command/index.js';
export { FLOWS_REPORTS } from './report/flows/index.js';
export type { FlowsReport } from './report/flows/report.js';
export { TRACE_REPORTS } from './report/trace/index.js';
export type { ReportOptions, TraceReport } from './report/trace/report.js';
export { escapeHtml, escapeMarkdown, escapeTerminal, markdownCode } from './report/escape.js';
export type * from './model/capture.js';
export type * from './model/command.js';
export type * from './model/host.js';
export type * from './model/link.js';
export type * from './model/netfilter.js';
export type * from './model/origin.js';
export type * from './model/trace.js';

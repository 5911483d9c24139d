/**
 * The library: `loadSnapshot` reads a host, `createMachine` makes it ready, `traceFlow` asks it.
 * @packageDocumentation
 */
export { loadSnapshot } from './snapshot/load.js';
export { SnapshotError } from './snapshot/error.js';
export { createMachine, traceAll, traceFlow } from './datapath/index.js';
export type { Machine, MachineOptions } from './datapath/index.js';
export { TRACE_REPORTS } from './report/index.js';
export type { ReportOptions, TraceReport } from './report/report.js';
export { escapeHtml, escapeMarkdown, escapeTerminal, markdownCode } from './report/escape.js';
export type * from './model/host.js';
export type * from './model/link.js';
export type * from './model/netfilter.js';
export type * from './model/origin.js';
export type * from './model/trace.js';

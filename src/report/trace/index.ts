import type { TraceReport } from './report.js';

/** Every trace format by its name; each is loaded only when it is asked for. */
export const TRACE_REPORTS: ReadonlyMap<string, () => Promise<TraceReport>> = new Map([
  ['text', async () => (await import('./text.js')).report],
  ['json', async () => (await import('./json.js')).report],
  ['ndjson', async () => (await import('./ndjson.js')).report],
  ['md', async () => (await import('./md.js')).report],
  ['short', async () => (await import('./short.js')).report],
  ['kernel-trace', async () => (await import('./kernel-trace.js')).report],
]);
export type { ReportOptions, TraceReport } from './report.js';
export { report } from './text.js';

import { inertJson } from './inert-json.js';
import type { TraceReport } from './report.js';

/** `dtrace-path-trace/1`, one object a line. */
export const report: TraceReport = {
  render: (trace) => `${inertJson(trace)}\n`,
  many: { before: '', between: '', after: '' },
};

import type { TraceReport } from './report.js';

/** `dtrace-path-trace/1`, one object a line. */
export const report: TraceReport = {
  render: (trace) => `${JSON.stringify(trace)}\n`,
  many: { before: '', between: '', after: '' },
};

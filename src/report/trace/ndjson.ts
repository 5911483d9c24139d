import { inertJson } from '../inert-json.js';
import { printedTrace } from '../printed.js';
import type { TraceReport } from './report.js';

/** `dtrace-path-trace/1`, one object a line. */
export const report: TraceReport = {
  render: (trace) => `${inertJson(printedTrace(trace))}\n`,
  many: { before: '', between: '', after: '' },
};

import { inertJson } from '../inert-json.js';
import { printedTrace } from '../printed.js';
import type { TraceReport } from './report.js';

/** `dtrace-path-trace/1`, indented: one object, or an array of them for many flows. */
export const report: TraceReport = {
  render: (trace) => `${inertJson(printedTrace(trace), 2)}\n`,
  many: { before: '[\n', between: ',\n', after: ']\n' },
};

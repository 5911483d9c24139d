import { inertJson } from '../inert-json.js';
import type { FlowsReport } from './report.js';

/** `dtrace-path-flows/1`: one object, its flows one a line. */
export const report: FlowsReport = function* ({ sources, counts, unexplainedOnly, flows, ...grounds }) {
  const head = inertJson({ format: 'dtrace-path-flows/1', sources, counts, unexplainedOnly, ...grounds });
  yield `${head.slice(0, -1)},"flows":[`;
  let separator = '\n';
  for (const flow of flows) {
    yield separator + inertJson(flow);
    separator = ',\n';
  }
  yield '\n]}\n';
};

import type { PolicyResult } from '../../model/policy.js';
import type { ReportOptions } from '../trace/report.js';

/** One format of a policy's result: a pure function. */
export interface CheckReport {
  readonly render: (result: PolicyResult, options: ReportOptions) => string;
}

import type { ReachDiff } from '../../model/reachability.js';
import type { ReportOptions } from '../trace/report.js';

/** One format of a difference: a pure function. */
export interface DiffReport {
  readonly render: (diff: ReachDiff, options: ReportOptions) => string;
}

import type { Matrix } from '../../model/reachability.js';
import type { ReportOptions } from '../trace/report.js';

/** One format of a matrix: a pure function. */
export interface MatrixReport {
  /** Gives the text, in pieces where it may be long. */
  readonly render: (matrix: Matrix, options: ReportOptions) => Iterable<string>;
}

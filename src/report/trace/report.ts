import type { Trace } from '../../model/trace.js';

/** How a report is wished. */
export interface ReportOptions {
  /** Unfold what changed nothing, and the answer's way. */
  readonly verbose: boolean;
  /** Write ANSI colours. */
  readonly color: boolean;
  /** Columns that a line of prose may take; absent: as many as it has. */
  readonly width?: number;
  /** The options by which the host was given, as words of a command line: what is printed to be pasted begins with them. */
  readonly about?: readonly string[];
}

/** One output format: a pure function over a trace, and the text around several. */
export interface TraceReport {
  /** @returns the whole text of one trace, ending with a line feed unless `between` and `after` supply it. */
  readonly render: (trace: Trace, options: ReportOptions) => string;
  /** Before the first, between two, and after the last of many traces. */
  readonly many: { readonly before: string; readonly between: string; readonly after: string };
}

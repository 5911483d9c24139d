import type { Audit } from '../../model/audit.js';

/** How a report of an audit is wished. */
export interface AuditReportOptions {
  /** Write ANSI colours. */
  readonly color: boolean;
  /** Columns that a line of prose may take; absent: as many as it has. */
  readonly width?: number;
  /** Version of the program, for formats that name it. */
  readonly version: string;
  /** What comes before the snapshot's own paths so that they are found from where the report is read; empty or ending in a slash. */
  readonly root: string;
}

/** One output format: a pure function over an audit. @returns the text, ending with a line feed, in pieces where it may be long. */
export type AuditReport = (audit: Audit, options: AuditReportOptions) => readonly string[] | Generator<string>;

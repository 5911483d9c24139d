import type { Family } from '../../address/ip.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import type { Outsider } from '../../surface/index.js';

/** A question put to the datapath: who asked, and what became of it. */
export interface SurveyedFlow {
  /** The name that reports use: `internet`, `lan (up0)`, a container. */
  readonly from: string;
  readonly outsider?: Outsider;
  readonly family: Family;
  readonly request: FlowRequest;
  readonly trace: Trace;
}

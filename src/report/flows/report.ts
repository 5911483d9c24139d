import type { FlowsDocument } from '../../model/capture.js';

/** One format of `flows`: a pure function that gives its text piece by piece. */
export type FlowsReport = (document: FlowsDocument, options: { readonly color: boolean }) => Iterable<string>;

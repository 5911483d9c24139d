import { flowRequest as makeRequest, QuestionError, type FlowFields } from '../../datapath/index.js';
import type { FlowRequest } from '../../model/trace.js';
import { UsageError } from './failure.js';

export type { FlowFields };

/**
 * Makes the question of an option list or of a JSON line.
 * @throws UsageError where the fields contradict one another or one is missing.
 */
export function flowRequest(fields: FlowFields): FlowRequest {
  try {
    return makeRequest(fields);
  } catch (error) {
    throw error instanceof QuestionError ? new UsageError(error.message, { cause: error }) : error;
  }
}

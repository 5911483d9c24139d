import type { Outcome } from '../../src/model/trace.js';

/** A recorded flow that the tool answers otherwise on purpose. */
export interface Otherwise {
  readonly outcome: Outcome;
  readonly why: string;
}

const KNOWN: Readonly<Record<string, Readonly<Record<string, Otherwise>>>> = {};

/** @returns what the tool says instead of the recording, and why; undefined where they must agree. */
export function recordedOtherwise(host: string, flow: string): Otherwise | undefined {
  return KNOWN[host]?.[flow];
}

import { expect, test } from 'vitest';
import type { FlowRequest } from '../../src/model/trace.js';
import { ask, type Space, type Told } from './host-builder.js';

/** A question on a host, and the whole answer. */
export interface Case {
  readonly what: string;
  readonly spaces: Readonly<Record<string, Space>>;
  readonly flow: FlowRequest;
  readonly assume?: readonly string[];
  /** Files of docker/. */
  readonly docker?: Readonly<Record<string, unknown>>;
  readonly told: Told;
}

/** Runs a table of cases. */
export function testCases(cases: readonly Case[]): void {
  test.each(cases.map((one) => [one.what, one] as const))('%s', (_, { spaces, flow, assume, docker, told }) => {
    expect(ask(spaces, flow, assume, docker)).toEqual(told);
  });
}

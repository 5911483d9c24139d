import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { ASSUME } from './trial.js';
import type { FlowRequest } from '../../src/model/trace.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import {
  type RecordedFlow,
  agreeingOutcomes,
  readRecording,
  recordedRules,
  recordedSightings,
  requestOf,
  tracedRules,
  tracedSightings,
} from '../support/recording.js';

const FOUND = fileURLToPath(new URL('../../fixtures/kernel/', import.meta.url));
const names = existsSync(FOUND) ? readdirSync(FOUND) : [];

/** Rules may look at the source port, which these recordings tell. */
function askedOf(recorded: RecordedFlow): FlowRequest {
  const { flow } = recorded;
  return 'sport' in flow && typeof flow.sport === 'number' ? { ...requestOf(recorded), sport: flow.sport } : requestOf(recorded);
}

/** Hosts on which the datapath once went another way than the kernel, each shrunk to the smallest that shows it. */
describe('what the kernel suite found', () => {
  it.each(names.map((name) => [name]))('%s', async (name) => {
    const dir = `${FOUND}${name}`;
    const machine = createMachine(await loadSnapshot(dir), { assume: ASSUME });
    for (const recorded of readRecording(dir)) {
      const trace = traceFlow(machine, askedOf(recorded));
      const answered = trace.outcome === 'connected' && recorded.outcome === 'connected';
      const seen = recordedSightings(recorded, (netns) => netns);
      const traced = tracedSightings(trace);
      expect(agreeingOutcomes(recorded)).toContain(trace.outcome);
      expect(traced.forward).toEqual(seen.forward);
      if (answered) expect(traced.answers).toEqual(seen.answers);
      expect(tracedRules(trace)).toEqual(recordedRules(recorded));
    }
  });
});

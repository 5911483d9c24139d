import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import {
  agreeingOutcomes,
  readRecording,
  recordedRules,
  recordedSightings,
  requestOf,
  tracedRules,
  tracedSightings,
} from '../support/recording.js';
import { recordedOtherwise } from '../support/recorded-otherwise.js';

const HOSTS = 'fixtures/hosts';
/** Questions that a recorded host may leave open; a listing that is missing is none of them. */
const UNKNOWABLE = ['limit', 'hashlimit', 'connlimit', 'statistic', 'recent', 'time', 'owner', 'bytes', 'unknown'];

describe.each(readdirSync(HOSTS).sort())('the kernel of %s', async (name) => {
  const dir = join(HOSTS, name);
  const machine = createMachine(await loadSnapshot(dir));
  const netnsOf = new Map(machine.host.containers.map((c) => [c.name, c.netns]));
  const nameOf = (netns: string): string => netnsOf.get(netns) ?? netns;

  it.each(readRecording(dir).map((recorded) => [recorded.flow.id, recorded] as const))('%s', (id, recorded) => {
    const trace = traceFlow(machine, requestOf(recorded));
    const otherwise = recordedOtherwise(name, id);
    if (otherwise !== undefined) {
      expect({ outcome: trace.outcome, why: otherwise.why }).toEqual({ outcome: otherwise.outcome, why: otherwise.why });
      return;
    }
    if (trace.outcome === 'unknown') {
      // what no snapshot tells (a rate, a user, the clock): the kernel's answer must be one of the sides that are named
      expect(
        agreeingOutcomes(recorded).some((outcome) => trace.reason.includes(`gives ${outcome}`)),
        trace.reason,
      ).toBe(true);
      expect(
        UNKNOWABLE.some((category) => trace.reason.includes(`--assume ${category}=`)),
        trace.reason,
      ).toBe(true);
      return;
    }
    const noNeighbour = trace.outcome === 'unreachable' && recorded.outcome === 'timeout' && trace.reason.includes('no neighbour');
    if (!noNeighbour) expect(agreeingOutcomes(recorded), trace.reason).toContain(trace.outcome);
    const recordedRows = recordedSightings(recorded, nameOf);
    const rows = tracedSightings(trace);
    expect(rows.forward).toEqual(recordedRows.forward);
    // tcpdump may miss answers when the recording ends; what it saw must be there
    if (trace.outcome === 'connected') expect(rows.answers).toEqual(expect.arrayContaining([...recordedRows.answers]));
    const rules = recordedRules(recorded);
    if (rules !== undefined) expect(tracedRules(trace)).toEqual(rules);
  });
});

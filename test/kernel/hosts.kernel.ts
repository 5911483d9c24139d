import { describe, expect, it } from 'vitest';
import { claimOf, planInput } from '../../src/commands/verify.js';
import { createMachine } from '../../src/datapath/index.js';
import { verify } from '../../src/kernel/verify.js';
import type { VerifiedFlow } from '../../src/model/verification.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { recordedOtherwise } from '../support/recorded-otherwise.js';
import { agreeingOutcomes, readRecording, requestOf, type RecordedFlow } from '../support/recording.js';
import { whyNoTwin } from './machine.js';
import { recordedHosts } from './recorded-hosts.js';
import { AGENT } from './trial.js';

/** Source ports by which flows sent at once are told apart. */
const FIRST_PORT = 50_000;

/** Where a twin cannot do as the recorded host did, by host and flow: each with its reason. */
const TWIN_OTHERWISE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  match20: { 'web->172.17.0.1:7009/udp': 'the rule looks for a letter in the datagram; a twin sends another than the recorder did' },
};

const why = await whyNoTwin();
if (why !== undefined) process.stdout.write(`recorded hosts are not rebuilt: ${why}\n`);

/** What the twin's kernel did otherwise than the recording says, but for what has its reason in the list of those. */
function unlikeRecording(name: string, recording: readonly RecordedFlow[], flows: readonly VerifiedFlow[]): readonly string[] {
  return flows.flatMap(({ flow, comparison: { outcome } }) => {
    const recorded = recording.find((r) => r.flow.id === flow.id);
    if (recorded === undefined || agreeingOutcomes(recorded).includes(outcome.kernel)) return [];
    const known = recordedOtherwise(name, recorded.flow.id);
    const told = known?.outcome === outcome.kernel || TWIN_OTHERWISE[name]?.[recorded.flow.id] !== undefined;
    return told ? [] : [`${recorded.flow.id}: recorded ${recorded.outcome}, here ${outcome.kernel}`];
  });
}

describe.skipIf(why !== undefined)('recorded hosts, rebuilt', () => {
  it.each(recordedHosts())(
    '%s: the kernel does what the datapath predicts, and what was recorded',
    { timeout: 300_000 },
    async (name, folder) => {
      const host = await loadSnapshot(folder);
      const machine = createMachine(host);
      const recording = readRecording(folder);
      const claims = recording.map((recorded, i) =>
        claimOf(machine, { ...requestOf(recorded), id: recorded.flow.id, sport: FIRST_PORT + i }),
      );
      const { flows, gaps, untried } = await verify(host, planInput(machine), claims, { agent: AGENT });
      const open = flows.filter((f) => f.open !== undefined).length;
      process.stdout.write(`${name}: ${flows.length} flows of ${recording.length} recorded, ${open} of them open\n`);
      const parted = flows.filter((f) => !f.comparison.agrees).map((f) => ({ flow: f.flow, comparison: f.comparison }));
      const unlike = unlikeRecording(name, recording, flows);
      // what is unknown on purpose takes no side that a twin could try
      const left = untried.filter(({ what }) => recordedOtherwise(name, what)?.outcome !== 'unknown');
      expect({ parted, gaps, untried: left, unlike }).toEqual({ parted: [], gaps: [], untried: [], unlike: [] });
    },
  );
});

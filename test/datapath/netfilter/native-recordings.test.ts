import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import type { RuleHit } from '../../../src/model/trace.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { recordedRows, type Row } from '../../support/native-trace.js';
import { agreeingOutcomes, readRecording, requestOf } from '../../support/recording.js';

const plain = (text: string): string => text.replaceAll('"', '').replace(/\s+/g, ' ').trim();

function tracedRow({ nft, table, chain, handle, rule, verdict }: RuleHit): string {
  return nft === undefined ? `${table} ${chain} ${plain(rule)}` : `${nft} ${table} ${chain} ${handle} ⇒ ${verdict}`;
}

describe.each(['nft-docker29', 'nft-hostfw'])('the kernel of %s', async (name) => {
  const dir = join('fixtures/nft-hosts', name);
  const machine = createMachine(await loadSnapshot(dir));
  const rows = new Map(
    // a fixture of this project, written by its own recorder
    (JSON.parse(readFileSync(join(dir, 'truth.json'), 'utf8')) as { flow: { id: string }; trace: Row[] }[]).map((t) => [
      t.flow.id,
      t.trace,
    ]),
  );

  it.each(readRecording(dir).map((recorded) => [recorded.flow.id, recorded] as const))('%s', (id, recorded) => {
    const trace = traceFlow(machine, requestOf(recorded));
    const noNeighbour = trace.outcome === 'unreachable' && recorded.outcome === 'timeout' && trace.reason.includes('no neighbour');
    if (!noNeighbour) expect(agreeingOutcomes(recorded), trace.reason).toContain(trace.outcome);
    const traced = trace.rules.filter((hit) => hit.netns === 'host').map(tracedRow);
    expect(traced).toEqual(recordedRows(rows.get(id) ?? [], recorded.flow.proto, recorded.flow.dport));
  });
});

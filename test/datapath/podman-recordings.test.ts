import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import type { RuleHit } from '../../src/model/trace.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { agreeingOutcomes, readRecording, recordedSightings, requestOf, tracedSightings } from '../support/recording.js';
import { recordedRows, type Row } from '../support/native-trace.js';

const plain = (text: string): string => text.replaceAll('"', '').replace(/\s+/g, ' ').trim();

function tracedRow({ nft, table, chain, handle, rule, verdict }: RuleHit): string {
  return nft === undefined ? `${table} ${chain} ${plain(rule)}` : `${nft} ${table} ${chain} ${handle} ⇒ ${verdict}`;
}

/** A frame that a bridge turns back goes by the bridge's own device while the neighbour's entry is not fresh (br_nf_pre_routing_finish_bridge). */
const BY_BRIDGE = / podman\d out /;
const notByBridge = (rows: readonly string[]): readonly string[] => rows.filter((row) => !BY_BRIDGE.test(row));

// podman 4.3 writes iptables, podman 5.8 a table of nftables
describe.each(['podman4', 'podman5'])('the kernel of %s', async (name) => {
  const dir = join('fixtures/podman-hosts', name);
  const host = await loadSnapshot(dir);
  const machine = createMachine(host);
  const nameOf = (netns: string): string => host.containers.find((c) => c.name === netns)?.netns ?? netns;
  const rows = new Map(
    // a fixture of this project, written by its own recorder
    (JSON.parse(readFileSync(join(dir, 'truth.json'), 'utf8')) as { flow: { id: string }; trace: Row[] }[]).map((t) => [
      t.flow.id,
      t.trace,
    ]),
  );

  it('every line is understood', () => expect(host.problems).toEqual([]));

  it.each(readRecording(dir).map((recorded) => [recorded.flow.id, recorded] as const))('%s', (id, recorded) => {
    const trace = traceFlow(machine, requestOf(recorded));
    const noNeighbour = trace.outcome === 'unreachable' && recorded.outcome === 'timeout' && trace.reason.includes('no neighbour');
    if (!noNeighbour) expect(agreeingOutcomes(recorded), trace.reason).toContain(trace.outcome);
    const traced = trace.rules.filter((hit) => hit.netns === 'host').map(tracedRow);
    expect(traced).toEqual(recordedRows(rows.get(id) ?? [], recorded.flow.proto, recorded.flow.dport));
    expect(notByBridge(tracedSightings(trace).forward)).toEqual(notByBridge(recordedSightings(recorded, nameOf).forward));
  });
});

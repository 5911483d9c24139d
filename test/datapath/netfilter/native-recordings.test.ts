import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import type { RuleHit } from '../../../src/model/trace.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { agreeingOutcomes, readRecording, requestOf } from '../../support/recording.js';

/** A row of the kernel's own trace (nft monitor trace); of rules that iptables-nft made, their line in iptables-save. */
interface Row {
  readonly nft?: string;
  readonly table: string;
  readonly chain: string;
  readonly handle?: number;
  readonly rule?: string;
  readonly policy?: string;
  readonly verdict?: string;
  readonly in: string;
  readonly out: string;
  readonly src: string;
  readonly sport: number;
  readonly dst: string;
  readonly dport: number;
}

const plain = (text: string): string => text.replaceAll('"', '').replace(/\s+/g, ' ').trim();
const isNative = ({ nft, rule }: Row): boolean => nft !== undefined && rule?.startsWith('-A ') !== true;

/** The recorder printed numbers for names (nft -nn), so native rules are told by their handles. */
function told(row: Row): string {
  const { nft, table, chain, handle, rule = '', verdict } = row;
  return isNative(row) ? `${nft} ${table} ${chain} ${handle} ⇒ ${verdict}` : `${table} ${chain} ${plain(rule)}`;
}

/** The rules of the first packet of each connection; what is sent again is left out. */
function recordedRows(rows: readonly Row[], proto: string, dport: number | undefined): readonly string[] {
  const servers = new Set([
    dport,
    ...rows.filter((row, i) => !rows.slice(0, i).some((r) => r.dport === row.sport)).map((row) => row.dport),
  ]);
  const first = new Map<string, string>();
  const rules: string[] = [];
  let skip = false;
  for (const row of rows) {
    if (proto === 'udp' && servers.has(row.sport)) continue;
    const tuple = [row.src, row.sport, row.dst, row.dport, row.in, row.out].join();
    const key = [row.nft, row.table, row.chain, row.handle ?? row.rule ?? row.policy].join();
    if (!first.has(tuple)) {
      first.set(tuple, key);
      skip = false;
    } else if (first.get(tuple) === key) skip = true;
    if (!skip && row.rule !== undefined) rules.push(told(row));
  }
  return rules;
}

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

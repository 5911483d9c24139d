import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import type { FlowRequest, Outcome, Trace } from '../../src/model/trace.js';
import { loadSnapshot } from '../../src/snapshot/load.js';

/** What a kernel did with a flow; `left`: its packet was seen beyond the uplink. */
interface Truth {
  readonly flow: FlowRequest & { readonly id: string };
  readonly outcome: 'connected' | 'closed' | 'refused' | 'reset' | 'timeout' | 'unreachable';
  readonly left: boolean;
}

const LISTENER = /^unknown .* whether something listens there is in netns\/[\w.-]+\/ss\.txt, which the snapshot lacks$/;

const SAME: Readonly<Record<Truth['outcome'], Outcome>> = {
  connected: 'connected',
  closed: 'connected',
  refused: 'refused',
  reset: 'refused',
  timeout: 'timeout',
  unreachable: 'unreachable',
};

function verdict({ outcome, left }: Truth, trace: Trace): 'right' | 'unknown' | 'wrong' {
  if (trace.outcome === 'unknown') return 'unknown';
  if (trace.outcome === 'leaves-host') return left ? 'right' : 'wrong';
  if (outcome === 'timeout' && trace.outcome === 'unreachable') return /neighbo/i.test(trace.reason) ? 'right' : 'wrong';
  return SAME[outcome] === trace.outcome ? 'right' : 'wrong';
}

async function score(host: string, form: string): Promise<{ readonly tally: Record<string, number>; readonly told: readonly string[] }> {
  const dir = `fixtures/bundles/${host}`;
  const truth = JSON.parse(readFileSync(`${dir}/truth.json`, 'utf8')) as readonly Truth[];
  const machine = createMachine(await loadSnapshot(`${dir}/${form}`), { assume: new Map([['owner', ['other']]]) });
  const tally: Record<string, number> = { right: 0, unknown: 0, wrong: 0 };
  const told: string[] = [];
  for (const one of truth) {
    const trace = traceFlow(machine, one.flow);
    const is = verdict(one, trace);
    tally[is] = (tally[is] ?? 0) + 1;
    if (is !== 'right') told.push(`${is} ${one.flow.id} ${one.outcome} ${trace.outcome}: ${trace.reason}`);
  }
  return { tally, told };
}

describe.each(['docker28-policy', 'nft-hostfw'])('%s', (host) => {
  it.each(['sos', 'supportconfig', 'paste.txt', 'folder'])('as %s: not one answer is wrong', async (form) => {
    const { tally, told } = await score(host, form);
    // a listener inside a container is in none of them: it is the one thing that stays unknown
    expect(told.filter((one) => !LISTENER.test(one))).toEqual([]);
    expect(tally['right']).toBeGreaterThan(20);
  });
});

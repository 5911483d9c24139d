import { describe, expect, it, vi } from 'vitest';
import type { Cause } from '../../../src/model/cause.js';
import { requestOf, readRecording } from '../../support/recording.js';

/** What is decided of a host: everything but words. */
interface Decided {
  readonly said: readonly string[];
  readonly traces: readonly unknown[];
  readonly cells: unknown;
  readonly changes: unknown;
  readonly findings: unknown;
}

const placed = (one: { readonly file: string; readonly line: number } | undefined): string =>
  one === undefined ? '' : `${one.file}:${one.line}`;

/** Decides all there is to decide with modules that are loaded anew. */
async function decide(name: string): Promise<Decided> {
  const { createMachine, traceFlow } = await import('../../../src/datapath/index.js');
  const { withRemedy } = await import('../../../src/change/index.js');
  const { loadSnapshot } = await import('../../../src/snapshot/load.js');
  const { reachabilityMatrix } = await import('../../../src/reachability/matrix.js');
  const { diffReachability } = await import('../../../src/reachability/diff/diff.js');
  const { auditMachine } = await import('../../../src/audit/engine.js');
  const { RULES } = await import('../../audit/hosts.js');
  const dir = `fixtures/hosts/${name}`;
  const machine = createMachine(await loadSnapshot(dir));
  const said: string[] = [];
  const traces = readRecording(dir).map((recorded) => {
    const request = requestOf(recorded);
    const trace = withRemedy(machine, request, traceFlow(machine, request));
    const { outcome, cause, decidedBy, packets, rules, steps, assumptions, remedy } = trace;
    said.push(trace.reason);
    const kinds = steps.map((step) => [step.kind, step.netns, 'cause' in step ? step.cause : undefined]);
    const commands = remedy?.commands.map(({ words }) => words);
    return { outcome, cause, by: placed(decidedBy), packets, rules, kinds, assumed: assumptions.map((a) => a.choice), commands };
  });
  const { results, cells } = reachabilityMatrix(machine);
  const kept = results.map(({ reach, outcome, cause, decidedBy, openTo, openFrom }) => ({
    ...{ reach, outcome, cause, openTo, openFrom },
    by: placed(decidedBy),
  }));
  const other = createMachine(await loadSnapshot('fixtures/hosts/docker26-bridge'));
  const changes = diffReachability(machine, other).changes.map(({ kind, service, sources, before, after }) => [
    ...[kind, service, sources],
    ...[before, after],
  ]);
  const findings = auditMachine(machine, RULES).audit.findings.map((f) => [
    f.rule,
    f.severity,
    f.objects.map((o) => o.name),
    f.fingerprint,
  ]);
  return { said, traces, cells: cells.map((row) => row.map((at) => kept[at])), changes, findings };
}

describe('nothing is decided by words', () => {
  it('comes to the same when every reason reads alike', async () => {
    const name = 'docker20-bridge';
    vi.resetModules();
    const spoken = await decide(name);
    vi.resetModules();
    vi.doMock('../../../src/datapath/reasons/reason.js', async (original) => ({ ...(await original<object>()), wordsOf: () => '…' }));
    const silent = await decide(name);
    vi.doUnmock('../../../src/datapath/reasons/reason.js');
    expect(silent.said.filter((text) => !text.startsWith('…'))).toEqual([]);
    expect({ ...silent, said: spoken.said }).toEqual(spoken);
    const kinds = new Set(spoken.traces.map((trace) => (trace as { readonly cause: Cause }).cause.kind));
    expect(kinds.size).toBeGreaterThan(3);
  }, 600_000);
});

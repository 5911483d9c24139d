import { fileURLToPath } from 'node:url';
import { formatIp, parseIp } from '../../src/address/ip.js';
import { createMachine, traceFlow, type Machine } from '../../src/datapath/index.js';
import { resolveClient } from '../../src/datapath/endpoints.js';
import { compare } from '../../src/kernel/compare.js';
import { exercise } from '../../src/kernel/exercise.js';
import type { KernelFlow, Observed } from '../../src/kernel/flow.js';
import { planOutside } from '../../src/kernel/outside.js';
import { OUTSIDE, type Gap } from '../../src/kernel/plan/plan.js';
import { openSandbox } from '../../src/kernel/sandbox.js';
import { buildTwin } from '../../src/kernel/twin.js';
import type { Host } from '../../src/model/host.js';
import type { Comparison } from '../../src/model/verification.js';
import type { FlowRequest, Trace } from '../../src/model/trace.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { collectSnapshot } from './collect.js';
import { scenarioOutside, scenarioPlan, scenarioWires } from './generate/plan.js';
import type { Scenario } from './generate/scenario.js';

/** The compiled helper: tests run from source, and what runs inside a namespace cannot. */
export const AGENT = fileURLToPath(new URL('../../dist/kernel/agent/main.js', import.meta.url));

/** What the tests know and no snapshot tells. */
export const ASSUME: ReadonlyMap<string, readonly string[]> = new Map([
  ['limit', ['under']],
  ['hashlimit', ['under']],
  ['recent', ['unlisted']],
  ['quota', ['under']],
  ['time', ['match']],
]);

export interface FlowTrial {
  readonly request: FlowRequest;
  readonly trace: Trace;
  readonly observed: Observed;
  readonly comparison: Comparison;
}

export interface Trial {
  readonly files: ReadonlyMap<string, string>;
  readonly gaps: readonly Gap[];
  readonly flows: readonly FlowTrial[];
  /** Flows that the datapath cannot place or decide. */
  readonly open: readonly Trace[];
}

/** Where a flow starts, and how it is told from the others; undefined where no namespace can send it. */
export function kernelFlow(machine: Machine, request: FlowRequest, id: number): KernelFlow | undefined {
  const { proto = 'tcp', dport = 0, sport = 0 } = request;
  const dst = parseIp(request.to);
  if (dst === undefined) return undefined;
  try {
    const src = request.src === undefined ? undefined : parseIp(request.src);
    const client = resolveClient(machine, request.from, src, typeof dst === 'number' ? 4 : 6);
    const common = {
      id,
      proto,
      dst: formatIp(dst),
      dport,
      sport,
      byte: ((0x77 + id) % 126) + 1,
      ...(client.src !== undefined && { src: formatIp(client.src) }),
    };
    if (client.kind === 'netns') return { ...common, client: client.ns.name };
    return { ...common, client: OUTSIDE, entry: { netns: client.ns.name, iface: client.dev } };
  } catch {
    return undefined;
  }
}

/** Builds a scenario, collects its snapshot as a user would, predicts, sends the flows and compares. */
export async function tryScenario(scenario: Scenario): Promise<Trial> {
  const sandbox = await openSandbox({ agent: AGENT });
  try {
    const plan = scenarioPlan(scenario);
    const wires = scenarioWires(scenario);
    const outside = planOutside(wires, scenarioOutside(scenario));
    const { twin, gaps } = await buildTwin(sandbox, plan, (name) => name, outside, { agent: AGENT });
    const files = await collectSnapshot(
      twin,
      plan.namespaces.map((n) => n.name),
    );
    const host: Host = loadFiles(files, []);
    const machine = createMachine(host, { assume: ASSUME });
    const asked = scenario.flows.flatMap((request, id) => {
      const flow = kernelFlow(machine, request, id);
      return flow === undefined ? [] : [{ request, flow, trace: traceFlow(machine, request) }];
    });
    const decided = asked.filter(({ trace }) => trace.outcome !== 'unknown');
    const { observed, gaps: unsent } = await exercise(
      twin,
      wires,
      decided.map(({ flow }) => flow),
    );
    const watched = new Set(plan.namespaces.filter((n) => n.rulesets.length > 0).map((n) => n.name));
    const flows = decided.map(({ request, trace }, i) => ({
      request,
      trace,
      observed: observed[i]!,
      comparison: compare(trace, observed[i]!, watched),
    }));
    return {
      files,
      gaps: [...gaps, ...unsent],
      flows,
      open: asked.filter(({ trace }) => trace.outcome === 'unknown').map(({ trace }) => trace),
    };
  } finally {
    await sandbox.close();
  }
}

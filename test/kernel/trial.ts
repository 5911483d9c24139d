import { fileURLToPath } from 'node:url';
import { familyOf, formatIp, parseIp } from '../../src/address/ip.js';
import { createMachine, traceFlow, traceSides, type Machine } from '../../src/datapath/index.js';
import { resolveClient } from '../../src/datapath/endpoints/endpoints.js';
import { compareSides } from '../../src/kernel/compare.js';
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
  ['time', ['inside']],
]);

/** What the tests' hosts are known to be as taken: no native rules, and blank where there are none. */
const TAKEN: ReadonlySet<string> = new Set(['missing=nft=open', 'missing=rules=none']);

export interface FlowTrial {
  readonly request: FlowRequest;
  readonly trace: Trace;
  /** How many ways it may go, as far as the snapshot tells. */
  readonly sides: number;
  /** The way that the kernel went, or that comes closest to it. */
  readonly side: Trace;
  readonly observed: Observed;
  readonly comparison: Comparison;
}

export interface Trial {
  readonly files: ReadonlyMap<string, string>;
  readonly gaps: readonly Gap[];
  /** The trace of a flow may be `unknown`: the kernel then goes one of its sides. */
  readonly flows: readonly FlowTrial[];
  /** Flows that were not sent: the datapath cannot tell all the ways they may go. */
  readonly open: readonly Trace[];
}

/** What a listing would have shown that is not there may be anything between its two sides: a rule for the answer alone, say. */
const lacksListing = ({ assumptions }: Trace): boolean =>
  assumptions.some(({ choice }) => choice.startsWith('missing=') && !TAKEN.has(choice));

type Sides = readonly [Trace, ...Trace[]];

/** @returns every way a flow may go; undefined where one of them is not known. */
function sidesOf(machine: Machine, request: FlowRequest, trace: Trace): Sides | undefined {
  if (trace.outcome !== 'unknown' && trace.assumptions.every((a) => a.given || TAKEN.has(a.choice))) return [trace];
  const [first, ...rest] = traceSides(machine, request);
  if (first === undefined || [first, ...rest].some((side) => side.outcome === 'unknown' || lacksListing(side))) return undefined;
  return [first, ...rest];
}

/** Where a flow starts, and how it is told from the others; undefined where no namespace can send it. */
export function kernelFlow(machine: Machine, request: FlowRequest, id: number): KernelFlow | undefined {
  const { proto = 'tcp', dport = 0, sport = 0 } = request;
  const dst = parseIp(request.to);
  if (dst === undefined) return undefined;
  try {
    const src = request.src === undefined ? undefined : parseIp(request.src);
    const client = resolveClient(machine, request.from, src, familyOf(dst));
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

/** What holds a published port goes by its own name on a host; here it is the tests' own process. */
function nameStandIns(files: Map<string, string>, { namespaces }: Scenario): void {
  const text = files.get('host/ss.txt');
  if (text === undefined) return;
  const listeners = namespaces.find((n) => n.name === 'host')?.listeners ?? [];
  const named = text.split('\n').map((line) => {
    const one = listeners.find((l) => line.startsWith(l.proto) && new RegExp(`:${l.port} +[^ ]+:\\*`).test(line));
    if (one?.dial !== undefined) return line.replace(/\(\("[^"]+"/, '(("docker-proxy"');
    return one?.mute === true ? line.replace(/\(\("[^"]+"/, '(("dockerd"') : line;
  });
  files.set('host/ss.txt', named.join('\n'));
}

/** Builds a scenario, collects its snapshot as a user would, predicts, sends the flows and compares. */
export async function tryScenario(scenario: Scenario): Promise<Trial> {
  const sandbox = await openSandbox({ agent: AGENT });
  try {
    const plan = scenarioPlan(scenario);
    const wires = scenarioWires(scenario);
    const outside = planOutside(wires, scenarioOutside(scenario));
    const { twin, gaps } = await buildTwin(sandbox, plan, (name) => name, outside);
    const files = await collectSnapshot(
      twin,
      plan.namespaces.map((n) => n.name),
    );
    for (const [file, data] of Object.entries(scenario.docker ?? {})) files.set(`docker/${file}`, JSON.stringify(data, undefined, 1));
    nameStandIns(files, scenario);
    const host: Host = loadFiles(files, []);
    const machine = createMachine(host, { assume: ASSUME });
    const asked = scenario.flows.flatMap((request, id) => {
      const flow = kernelFlow(machine, request, id);
      if (flow === undefined) return [];
      const trace = traceFlow(machine, request);
      return [{ request, flow, trace, sides: sidesOf(machine, request, trace) }];
    });
    const known = asked.flatMap(({ sides, ...rest }) => (sides === undefined ? [] : [{ ...rest, sides }]));
    const { observed, gaps: unsent } = await exercise(
      twin,
      wires,
      known.map(({ flow }) => flow),
    );
    const watched = new Set(plan.namespaces.filter((n) => n.rulesets.length > 0).map((n) => n.name));
    const flows = known.map(({ request, trace, sides }, i) => ({
      request,
      trace,
      sides: sides.length,
      observed: observed[i]!,
      ...compareSides(sides, observed[i]!, watched),
    }));
    return {
      files,
      gaps: [...gaps, ...unsent],
      flows,
      open: asked.flatMap(({ trace, sides }) => (sides === undefined ? [trace] : [])),
    };
  } finally {
    await sandbox.close();
  }
}

import { createMachine, traceFlow } from '../../src/datapath/index.js';
import type { Host } from '../../src/model/host.js';
import type { FlowRequest, Step, Trace } from '../../src/model/trace.js';
import { loadSnapshot } from '../../src/snapshot/load.js';

/** @returns one of the hosts that people wrote down. */
export function writtenHost(name: string): Promise<Host> {
  return loadSnapshot(new URL(`../../fixtures/written-hosts/${name}`, import.meta.url).pathname);
}

/** Traces a flow through a written host, with `--assume` answers. */
export async function traceWritten(name: string, flow: FlowRequest, assume: Readonly<Record<string, string>> = {}): Promise<Trace> {
  return traceFlow(
    createMachine(await writtenHost(name), { assume: new Map(Object.entries(assume).map(([category, word]) => [category, [word]])) }),
    flow,
  );
}

/** @returns a trace's steps of some kinds in short: `docker0: bridge says …`. */
export function shortSteps(trace: Trace, ...kinds: readonly Step['kind'][]): string[] {
  return trace.steps
    .filter((step) => kinds.includes(step.kind))
    .map((step) => {
      switch (step.kind) {
        case 'interface':
          return `${step.netns} ${step.iface} ${step.dir}`;
        case 'nat':
          return `${step.hook} ${step.before.src}:${step.before.sport} → ${step.before.dst}:${step.before.dport} becomes ${step.after.src}:${step.after.sport} → ${step.after.dst}:${step.after.dport}`;
        case 'neighbour':
          return `${step.ip} is at ${step.mac}`;
        default:
          return 'text' in step ? step.text : step.kind;
      }
    });
}

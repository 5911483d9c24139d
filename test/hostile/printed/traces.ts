import { planCaptures } from '../../../src/capture/record/plan.js';
import { placingWords, recordingCommand } from '../../../src/capture/record/tcpdump.js';
import { traceFlow, type Machine } from '../../../src/datapath/index.js';
import { withRemedy } from '../../../src/change/index.js';
import type { FlowRequest } from '../../../src/model/trace.js';
import { TRACE_REPORTS } from '../../../src/report/trace/index.js';
import { asked, type Printer } from './printed.js';

/** A flow from each namespace outwards, and one from outside to each: no more than there is time for. */
function flowsOf({ host }: Machine): readonly FlowRequest[] {
  const names = [...host.netns.keys()].slice(0, 4);
  return names.flatMap((name): FlowRequest[] => [
    { from: name, to: '203.0.113.8', dport: 443 },
    { from: 'internet', to: name, dport: 80 },
  ]);
}

/** `trace` and `capture`. */
export const traces: Printer = async (machine, sink) => {
  for (const flow of flowsOf(machine)) {
    const trace = asked(() => withRemedy(machine, flow, traceFlow(machine, flow)));
    if (trace === undefined) continue;
    const plan = planCaptures(trace);
    sink.commands([
      ...(trace.remedy?.commands ?? []),
      ...plan.map((capture) => recordingCommand(capture)),
      { words: ['dtrace-path', 'trace', ...placingWords(plan)] },
    ]);
    for (const [format, load] of TRACE_REPORTS)
      sink.text(`trace ${format} ${flow.from} ${flow.to}`, (await load()).render(trace, { verbose: true, color: false }));
  }
};

import { auditMachine } from '../../src/audit/engine.js';
import { planCaptures } from '../../src/capture/record/plan.js';
import { placingWords, recordingCommand } from '../../src/capture/record/tcpdump.js';
import { createMachine, traceFlow, type Machine } from '../../src/datapath/index.js';
import { withRemedy } from '../../src/datapath/remedy.js';
import { explain } from '../../src/explain/index.js';
import type { Command } from '../../src/model/command.js';
import type { FlowRequest } from '../../src/model/trace.js';
import { reachabilityMatrix } from '../../src/reachability/matrix.js';
import { AUDIT_REPORTS } from '../../src/report/audit/index.js';
import { TRACE_REPORTS } from '../../src/report/index.js';
import { MATRIX_REPORTS } from '../../src/report/matrix/index.js';
import { witnessWords } from '../../src/report/witness.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { RULES } from '../audit/hosts.js';

/** Everything that is printed of a snapshot, by what printed it, and the commands among it. */
export interface Printed {
  readonly texts: ReadonlyMap<string, string>;
  readonly commands: readonly Command[];
}

/** A flow from each namespace outwards, and one from outside to each: no more than there is time for. */
function flowsOf({ host }: Machine): readonly FlowRequest[] {
  const names = [...host.netns.keys()].slice(0, 4);
  return names.flatMap((name): FlowRequest[] => [
    { from: name, to: '203.0.113.8', dport: 443 },
    { from: 'internet', to: name, dport: 80 },
  ]);
}

function asked<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    return undefined;
  }
}

/** Reads a snapshot and prints all that is said of it. @throws faults of the program alone. */
export async function printedOf(files: ReadonlyMap<string, string>): Promise<Printed> {
  const texts = new Map<string, string>();
  const commands: Command[] = [];
  const host = asked(() => loadFiles(files));
  if (host === undefined) return { texts, commands };
  const machine = createMachine(host);
  for (const flow of flowsOf(machine)) {
    const trace = asked(() => withRemedy(machine, flow, traceFlow(machine, flow)));
    if (trace === undefined) continue;
    commands.push(...(trace.remedy?.commands ?? []));
    const plan = planCaptures(trace);
    commands.push(...plan.map((capture) => recordingCommand(capture)), { words: ['dtrace-path', 'trace', ...placingWords(plan)] });
    for (const [format, load] of TRACE_REPORTS)
      texts.set(`trace ${format} ${flow.from}`, (await load()).render(trace, { verbose: true, color: false }));
  }
  const { audit } = auditMachine(machine, RULES);
  commands.push(...audit.findings.flatMap((finding) => finding.remedy.steps.flatMap((step) => step.commands)));
  for (const [format, load] of AUDIT_REPORTS)
    texts.set(`audit ${format}`, [...(await load())(audit, { color: false, version: '0', root: '' })].join(''));
  const matrix = reachabilityMatrix(machine, { unlistened: false });
  const witnesses = matrix.results.flatMap(({ witness, counterWitness }) => [witness, ...(counterWitness ? [counterWitness] : [])]);
  commands.push(...witnesses.map((flow) => ({ words: ['dtrace-path', 'trace', ...witnessWords(flow)] })));
  for (const [format, load] of MATRIX_REPORTS)
    texts.set(`matrix ${format}`, [...(await load()).render(matrix, { verbose: true, color: false })].join(''));
  for (const { name } of host.containers.slice(0, 2)) {
    const told = asked(() => explain(machine, name));
    if (told !== undefined) texts.set(`explain ${name}`, JSON.stringify(told).replace(/[^\n -~]/g, ''));
  }
  return { texts, commands };
}

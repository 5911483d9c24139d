import { createMachine, type Machine } from '../../../src/datapath/index.js';
import { diffReachability } from '../../../src/reachability/diff/diff.js';
import { reachabilityMatrix } from '../../../src/reachability/matrix.js';
import { checkPolicy } from '../../../src/reachability/policy/engine.js';
import { initialPolicy } from '../../../src/reachability/policy/init.js';
import { readPolicy } from '../../../src/reachability/policy/read.js';
import { CHECK_REPORTS } from '../../../src/report/check/index.js';
import { DIFF_REPORTS } from '../../../src/report/diff/index.js';
import { MATRIX_REPORTS } from '../../../src/report/matrix/index.js';
import { witnessWords } from '../../../src/report/witness.js';
import { whatIf } from '../../../src/change/index.js';
import { asked, type Printer } from './printed.js';

const STYLE = { verbose: true, color: false } as const;

/** `matrix`, with its witnesses. */
export const matrices: Printer = async (machine, sink) => {
  const matrix = reachabilityMatrix(machine, { unlistened: false });
  const witnesses = matrix.results.flatMap(({ witness, counterWitness }) => [witness, ...(counterWitness ? [counterWitness] : [])]);
  sink.commands(witnesses.map((flow) => ({ words: ['dtrace-path', 'trace', ...witnessWords(flow)] })));
  for (const [format, load] of MATRIX_REPORTS) sink.text(`matrix ${format}`, [...(await load()).render(matrix, STYLE)].join(''));
};

/** `check --init`, and `check` of what it writes, which must say of this host what it is. */
export const checks: Printer = async (machine, sink) => {
  const text = asked(() => initialPolicy(machine));
  if (text === undefined) return;
  sink.text('init yaml', text);
  const result = checkPolicy(machine, readPolicy(text, 'policy.yaml'), { empty: [], missing: [] });
  for (const [format, load] of CHECK_REPORTS) sink.text(`check ${format}`, (await load()).render(result, STYLE));
};

/** Changes that name what the host has; each as far as the host lets it. */
function changed({ host }: Machine): Machine | undefined {
  const [first] = host.containers;
  const commands = ['iptables -I FORWARD 1 -j ACCEPT', ...(first === undefined ? [] : [`docker stop ${first.name}`])];
  const after = commands.reduce((now, one) => asked(() => whatIf(now, [one])) ?? now, host);
  return asked(() => createMachine(after));
}

/** `diff --what-if`. */
export const diffs: Printer = async (machine, sink) => {
  const after = changed(machine);
  if (after === undefined) return;
  const diff = diffReachability(machine, after, []);
  for (const [format, load] of DIFF_REPORTS) sink.text(`diff ${format}`, (await load()).render(diff, STYLE));
};

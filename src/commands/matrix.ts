import { Option, type Command } from 'commander';
import { MATRIX_REPORTS } from '../report/matrix/index.js';
import { UsageError } from './common/failure.js';
import { aboutOf } from './common/about.js';
import { announce, counted, whileBusy } from './common/announce.js';
import { openOutput, wantsColor, widthOf } from './common/output.js';
import type { Host } from '../model/host.js';
import type { Matrix } from '../model/reachability.js';
import { addCaptureOptions } from './common/capture-options.js';
import type { CaptureOptions } from './common/capture-options.js';
import { addAssumptionOption, QUESTION_GROUP } from './common/flow-options.js';
import type { AssumptionOption } from './common/flow-options.js';
import { addPrintOptions } from './common/print-options.js';
import type { PrintOptions } from './common/print-options.js';
import { styled } from './common/run-style.js';
import { addFiles, addSnapshotOptions, readHost, withFiles } from './common/snapshot-options.js';

interface MatrixCommandOptions extends CaptureOptions, PrintOptions, AssumptionOption {
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly unlistened: boolean;
}

const EXAMPLES = `
Examples:
  dtrace-path matrix host.tgz
  dtrace-path matrix host.tgz --from outside --to db -v
  dtrace-path matrix host.tgz -o matrix.html
  dtrace-path matrix host.tgz --what-if 'docker run -p 6379:6379 redis' --to redis`;

const collect = (text: string, sofar: readonly string[] | undefined): readonly string[] => [
  ...(sofar ?? []),
  ...text.split(',').map((t) => t.trim()),
];

/** Adds `matrix`: who reaches what. */
export function registerMatrix(program: Command): void {
  const command = program.command('matrix').description('who reaches what: every source against every service, with the reason for each');
  command
    .optionsGroup(QUESTION_GROUP)
    .option('--from <names>', 'only these sources: outside, lan, host, network:NAME, a container; repeatable', collect)
    .option('--to <names>', 'only these services: a container, host, or a name as printed (web:80/tcp); repeatable', collect)
    .option('--unlistened', 'also ports that packets get to and nobody listens on', false)
    .addOption(new Option('--no-unlistened', 'leave them out: the default').hideHelp());
  addAssumptionOption(command);
  addCaptureOptions(addSnapshotOptions(addFiles(command)));
  addPrintOptions(command, MATRIX_REPORTS.keys(), 'the reason and a witness for each cell').addHelpText('after', EXAMPLES).action(run);
}

async function run(files: readonly string[], given: MatrixCommandOptions & Readonly<Record<string, unknown>>): Promise<void> {
  const options = withFiles(given, files);
  const load = MATRIX_REPORTS.get(options.format);
  if (load === undefined) throw new UsageError(`no format ${options.format}`);
  const [host, { createMachine }, { reachabilityMatrix }, { listenersInPart }, named, report] = await Promise.all([
    readHost(options),
    import('../datapath/index.js'),
    import('../reachability/matrix.js'),
    import('../reachability/services/listeners-in-part.js'),
    import('../reachability/named.js'),
    load(),
  ]);
  const machine = createMachine(host, { assume: options.assume ?? new Map<string, readonly string[]>() });
  const asked = await whileBusy(`asking who reaches what among ${counted(host.containers.length, 'container')}`, () =>
    reachabilityMatrix(machine, {
      from: named.wantsSource(options),
      to: named.wantsService(options),
      unlistened: options.unlistened || named.namesUnlistened(options) || listenersInPart(host),
    }),
  );
  const unknown = named.unknownInMatrix(machine, asked, options);
  if (unknown !== undefined) throw new UsageError(unknown);
  const matrix = await withUses(asked, options, host);
  const output = await openOutput(options.output);
  try {
    const style = {
      verbose: options.verbose ?? false,
      color: options.color && wantsColor(output),
      ...widthOf(output),
      about: aboutOf(options),
    };
    for (const piece of report.render(matrix, style)) if (!(await output.write(styled(piece, options.format)))) break;
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
  announce(options.output, `${counted(matrix.sources.length, 'source')}, ${counted(matrix.services.length, 'service')}`);
}

/** @returns the matrix with the cells that captures show in use, where there are captures. */
async function withUses(matrix: Matrix, options: MatrixCommandOptions, host: Host): Promise<Matrix> {
  if (options.pcap === undefined && (host.captures.length === 0 || options.captures === false)) return matrix;
  const [{ captureInputs, collectCaptures }, { buildFlows }, { namesOf }, { usedCells }] = await Promise.all([
    import('./common/captures.js'),
    import('../capture/flows/build.js'),
    import('../capture/names.js'),
    import('../capture/used-cells.js'),
  ]);
  const { collector, taps } = await collectCaptures(captureInputs(options, host), host);
  return { ...matrix, used: usedCells(matrix, buildFlows(collector, taps, namesOf(host))) };
}

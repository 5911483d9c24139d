import { Option, type Command } from 'commander';
import type { Host } from '../../model/host.js';
import type { ReachDiff } from '../../model/reachability.js';
import { DIFF_REPORTS } from '../../report/diff/index.js';
import { UsageError } from '../common/failure.js';
import { ACCEPT_MISSING } from '../common/accept-missing.js';
import { addAssumptionOption } from '../common/flow-options.js';
import type { AssumptionOption } from '../common/flow-options.js';
import { addPrintOptions } from '../common/print-options.js';
import type { PrintOptions } from '../common/print-options.js';
import { openOutput, wantsColor, widthOf } from '../common/output.js';
import { aboutOfSecond } from '../common/about.js';
import { announce, counted } from '../common/announce.js';
import { styled } from '../common/run-style.js';
import { addSecondSnapshotOptions, addSnapshotOptions, readHost, readSecondHost } from '../common/snapshot-options.js';
import { suppose } from '../common/suppose.js';

interface DiffOptions extends PrintOptions, AssumptionOption {
  readonly whatIf?: readonly string[];
  readonly afterWhatIf?: readonly string[];
  readonly snapshot?: string;
  readonly findings: boolean;
  readonly failOnOpened: boolean;
  readonly acceptMissing: readonly string[];
}

const EXAMPLES = `
Examples:
  dtrace-path diff before.tgz after.tgz
  dtrace-path diff host.tgz --what-if 'iptables -I DOCKER-USER 1 -i eth0 -j DROP'
  dtrace-path diff host.tgz --after-iptables-save new-rules.txt
  dtrace-path diff host.tgz --what-if 'docker run -p 6379:6379 redis' --format md
  dtrace-path diff host.tgz --what-if compose.yaml --profile debug
  dtrace-path diff host.tgz --what-if compose.yaml --after-what-if compose.new.yaml
The exit code is 1 where something becomes reachable, or may have, and where a snapshot lacks a listing that would show it; --no-fail-on-opened keeps it 0.`;

/** Adds `diff`: what a change opens and closes. */
export function registerDiff(program: Command): void {
  const command = program
    .command('diff')
    .argument('[before]', 'snapshot: a folder, .tar, .tar.gz or .tgz; or name its files with the options below')
    .argument('[after]', 'another; left out, the same one with the --after files, and after --what-if')
    .description('what became reachable from one snapshot to another, what no longer is, and why');
  addSecondSnapshotOptions(addSnapshotOptions(command))
    .option(
      '--after-what-if <command>',
      'suppose this of the second, and what --what-if says of the first alone; repeatable',
      (text: string, sofar: readonly string[] | undefined) => [...(sofar ?? []), text],
    )
    .option('--no-findings', 'leave out findings of the audit that are new or gone')
    .option(...ACCEPT_MISSING)
    .option('--no-fail-on-opened', 'exit with 0 whatever became reachable')
    .addOption(new Option('--fail-on-opened', 'exit with 1 where something became reachable: the default').hideHelp());
  addAssumptionOption(command);
  addPrintOptions(command, DIFF_REPORTS.keys()).addHelpText('after', EXAMPLES).action(run);
}

async function readBoth(
  first: string | undefined,
  second: string | undefined,
  options: DiffOptions & Readonly<Record<string, unknown>>,
): Promise<{ readonly before: Host; readonly after: Host }> {
  if (first !== undefined && options.snapshot !== undefined)
    throw new UsageError('--snapshot and a first argument name the same host twice: give one of them');
  const { whatIf: _whatIf, ...named } = { ...options, snapshot: first ?? options.snapshot };
  const other = await readSecondHost(named, second);
  if (other === undefined && options.whatIf === undefined && options.afterWhatIf === undefined)
    throw new UsageError("name a second snapshot, --after files, or a change: --what-if 'iptables …'");
  const before = await readHost(named);
  if (options.afterWhatIf === undefined) return { before, after: await suppose(other ?? before, options) };
  return { before: await suppose(before, options), after: await suppose(other ?? before, options, options.afterWhatIf) };
}

/** What the gate says, in the words of the audit's. */
function gateLine({ changes, lacking }: ReachDiff, opens: boolean): string {
  const count = (kind: ReachDiff['changes'][number]['kind']): number => changes.filter((change) => change.kind === kind).length;
  const missing = lacking.filter(({ accepted }) => accepted !== true).length;
  const undecided = [
    ...(count('undecided') > 0 ? [`${count('undecided')} undecided`] : []),
    ...(missing > 0 ? [`${counted(missing, 'listing')} missing`] : []),
  ];
  if (!opens) return `gate: passed, nothing became reachable${count('closed') > 0 ? ` (${count('closed')} closed)` : ''}`;
  if (count('opened') === 0) return `gate: NOT DECIDED, ${undecided.join(', ')}`;
  return `gate: FAILED, ${[`${count('opened')} opened`, ...undecided].join(', ')}`;
}

async function run(
  first: string | undefined,
  second: string | undefined,
  options: DiffOptions & Readonly<Record<string, unknown>>,
): Promise<void> {
  const { before, after } = await readBoth(first, second, options);
  const [{ createMachine }, { diffReachability }, report] = await Promise.all([
    import('../../datapath/index.js'),
    import('../../reachability/diff/diff.js'),
    DIFF_REPORTS.get(options.format)?.(),
  ]);
  if (report === undefined) throw new UsageError(`no format ${options.format}`);
  const assume = options.assume ?? new Map<string, readonly string[]>();
  const reach = diffReachability(createMachine(before, { assume }), createMachine(after, { assume }), options.acceptMissing);
  const today = new Date().toISOString().slice(0, 10);
  const diff = options.findings
    ? { ...reach, findings: await (await import('./findings.js')).findingChanges(before, after, today) }
    : reach;
  const output = await openOutput(options.output);
  try {
    await output.write(
      styled(
        report.render(diff, { verbose: false, color: options.color && wantsColor(output), about: aboutOfSecond(options, first, second) }),
        options.format,
        widthOf(output),
      ),
    );
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
  announce(options.output, counted(diff.changes.length, 'change'));
  const opens = diff.changes.some((c) => c.kind !== 'closed') || diff.lacking.some((lack) => lack.accepted !== true);
  if (!options.failOnOpened) return;
  process.stderr.write(`${gateLine(diff, opens)}\n`);
  if (opens) process.exitCode = 1;
}

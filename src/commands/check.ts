import type { Command } from 'commander';
import { CHECK_REPORTS } from '../report/check/index.js';
import type { PolicyResult } from '../model/policy.js';
import { readText } from './common/read-text.js';
import { ACCEPT_MISSING } from './common/accept-missing.js';
import { faultText, UsageError } from './common/failure.js';
import { openOutput, wantsColor, widthOf } from './common/output.js';
import { aboutOf } from './common/about.js';
import { announce, counted } from './common/announce.js';
import { styled } from './common/run-style.js';
import { addAssumptionOption, QUESTION_GROUP } from './common/flow-options.js';
import type { AssumptionOption } from './common/flow-options.js';
import { addPrintOptions } from './common/print-options.js';
import type { PrintOptions } from './common/print-options.js';
import { addFiles, addSnapshotOptions, readHost, withFiles } from './common/snapshot-options.js';

interface CheckOptions extends PrintOptions, AssumptionOption {
  readonly init?: boolean;
  readonly schema?: boolean;
  readonly allowEmpty: readonly string[];
  readonly acceptMissing: readonly string[];
}

const EXAMPLES = `
Examples:
  dtrace-path check policy.yaml host.tgz
  dtrace-path check --init host.tgz -o policy.yaml
  dtrace-path check policy.yaml host.tgz --format junit -o policy.xml
  dtrace-path check policy.yaml host.tgz --what-if 'iptables -F DOCKER-USER'
The exit code is 1 where an assertion fails or the snapshot does not decide it, 2 where the policy or the snapshot cannot be read.`;

/** Adds `check`: a policy's assertions as tests. */
export function registerCheck(program: Command): void {
  const command = program
    .command('check')
    .argument('[policy]', 'policy file, YAML or JSON; none with --init')
    .description('test what may be reached by whom, as a policy file says it');
  addFiles(command)
    .optionsGroup(QUESTION_GROUP)
    .option('--init', "write today's reachability as a policy, to be trimmed")
    .option(
      '--allow-empty <name>',
      'an endpoint that may stand for nothing: any other that does fails its assertion; repeatable',
      (name: string, sofar: readonly string[]) => [...sofar, name],
      [],
    )
    .option(...ACCEPT_MISSING)
    .option('--schema', 'print the JSON Schema of policy files');
  addAssumptionOption(command);
  addSnapshotOptions(command);
  addPrintOptions(command, CHECK_REPORTS.keys(), 'show every way against an assertion').addHelpText('after', EXAMPLES).action(run);
}

async function write(path: string | undefined, text: (color: boolean, width: { readonly width?: number }) => string): Promise<void> {
  const output = await openOutput(path);
  try {
    await output.write(text(wantsColor(output), widthOf(output)));
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
}

async function readPolicyText(path: string): Promise<string> {
  if (/\.(?:tar|tgz|tar\.\w+|zip)$/i.test(path))
    throw new UsageError(`${path} is no policy; the policy stands first: dtrace-path check policy.yaml ${path}`);
  return readText(path).catch((error: unknown) => {
    throw new UsageError(`${path}: cannot be read (${faultText(error)})`, { cause: error });
  });
}

/** What the gate says, in the words of the audit's. */
function gateLine({ assertions, passed }: PolicyResult): string {
  const open = assertions.filter((one) => !one.passed && one.severity === 'error');
  const undecided = open.filter(({ verdict }) => verdict === 'undecided').length;
  const warnings = assertions.filter((one) => !one.passed && one.severity === 'warning').length;
  const aside = warnings === 0 ? '' : ` (${counted(warnings, 'warning')})`;
  if (passed) return `gate: passed, ${counted(assertions.length, 'assertion')} asked, none fails${aside}`;
  if (undecided === open.length) return `gate: NOT DECIDED, ${undecided} of ${counted(assertions.length, 'assertion')}${aside}`;
  const besides = undecided === 0 ? '' : `, ${undecided} undecided`;
  return `gate: FAILED, ${open.length - undecided} of ${counted(assertions.length, 'assertion')}${besides}${aside}`;
}

async function run(
  first: string | undefined,
  others: readonly string[],
  given: CheckOptions & Readonly<Record<string, unknown>>,
): Promise<void> {
  if (given.init === true && first !== undefined && /\.ya?ml$/i.test(first))
    throw new UsageError('--init writes a policy and reads none: use -o FILE for where it goes');
  const file = given.init === true ? undefined : first;
  const options = withFiles(given, given.init === true && first !== undefined ? [first, ...others] : others);
  if (options.schema === true) {
    const { POLICY_SCHEMA } = await import('../reachability/policy/schema.js');
    return write(options.output, () => `${JSON.stringify(POLICY_SCHEMA, undefined, 2)}\n`);
  }
  if (file === undefined && options.init !== true) throw new UsageError('name a policy file, or write one with --init');
  const { createMachine } = await import('../datapath/index.js');
  const policy =
    file === undefined ? undefined : (await import('../reachability/policy/read.js')).readPolicy(await readPolicyText(file), file);
  const machine = createMachine(await readHost(options), { assume: options.assume ?? new Map<string, readonly string[]>() });
  if (policy === undefined) {
    const { initialPolicy } = await import('../reachability/policy/init.js');
    return write(options.output, () => initialPolicy(machine));
  }
  const { checkPolicy } = await import('../reachability/policy/engine.js');
  const report = await CHECK_REPORTS.get(options.format)?.();
  if (report === undefined) throw new UsageError(`no format ${options.format}`);
  const result = checkPolicy(machine, policy, { empty: options.allowEmpty, missing: options.acceptMissing });
  await write(options.output, (terminal, width) =>
    styled(
      report.render(result, { verbose: options.verbose ?? false, color: options.color && terminal, about: aboutOf(options) }),
      options.format,
      width,
    ),
  );
  announce(options.output, counted(result.assertions.length, 'assertion'));
  process.stderr.write(`${gateLine(result)}\n`);
  if (!result.passed) process.exitCode = 1;
}

import type { Command } from 'commander';
import type { CapturedStrands } from '../capture/index.js';
import type { CapturedFlow, JudgedFlow } from '../model/capture.js';
import type { HostGrounds } from '../model/grounds.js';
import type { Host } from '../model/host.js';
import { FLOWS_REPORTS } from '../report/flows/index.js';
import { addCaptureOptions } from './common/capture-options.js';
import type { CaptureOptions } from './common/capture-options.js';
import { UsageError } from './common/failure.js';
import { openOutput, wantsColor, widthOf } from './common/output.js';
import { announce, counted } from './common/announce.js';
import { styled } from './common/run-style.js';
import { addPrintOptions } from './common/print-options.js';
import type { PrintOptions } from './common/print-options.js';
import { addFiles, addSnapshotOptions, readHost, withFiles } from './common/snapshot-options.js';

interface FlowsOptions extends CaptureOptions, PrintOptions {
  readonly unexplained?: boolean;
}

const EXAMPLES = `
Examples:
  dtrace-path flows --pcap host:any=host.pcap --pcap web:any=web.pcap host.tgz
  tcpdump -i any -w - | dtrace-path flows --pcap host:any=-
  dtrace-path flows host.tgz --unexplained        (with the captures that the snapshot holds)`;

/** Adds `flows`: the conversations of captures, joined over the interfaces that they crossed. */
export function registerFlows(program: Command): void {
  const command = program.command('flows').description('the conversations of packet captures, joined over interfaces, NAT and proxies');
  addCaptureOptions(addSnapshotOptions(addFiles(command))).option(
    '--unexplained',
    'only those that the snapshot rules out: it is stale, or has a hole',
  );
  addPrintOptions(command, FLOWS_REPORTS.keys()).addHelpText('after', EXAMPLES).action(run);
}

/** Text is written in pieces of this size: of twice as many characters V8 gives each piece memory of its own, and takes it back. */
const CHUNK = 32_768;

async function run(files: readonly string[], given: FlowsOptions & Readonly<Record<string, unknown>>): Promise<void> {
  const options = withFiles(given, files);
  const load = FLOWS_REPORTS.get(options.format);
  if (!load) throw new UsageError(`no format ${options.format}`);
  const hasHost = Object.keys(options).some((key) => !OWN_OPTIONS.has(key));
  if (options.unexplained && !hasHost) throw new UsageError('--unexplained compares captures with a host: name its snapshot as well');
  const [{ captureInputs, collectCaptures }, report] = await Promise.all([import('./common/captures.js'), load()]);
  const host = hasHost ? await readHost(options) : undefined;
  const inputs = captureInputs(options, host);
  if (inputs.length === 0) throw new UsageError('say which captures: --pcap FILE, or a snapshot that holds some under captures/');
  const collected = await collectCaptures(inputs, host);
  const flows = await flowsOf(collected, host);
  const shown = options.unexplained ? [...flows].filter((flow) => flow.impossible !== undefined) : flows;
  let written = 0;
  const output = await openOutput(options.output);
  const document = {
    sources: collected.sources,
    counts: collected.collector.counts,
    unexplainedOnly: options.unexplained ?? false,
    flows: passing(shown, () => written++),
    ...(await groundsOf(host)),
  };
  try {
    let text = '';
    for (const piece of report(document, { color: options.color && wantsColor(output) })) {
      text += piece;
      if (text.length < CHUNK) continue;
      if (!(await output.write(styled(text, options.format, widthOf(output))))) return;
      text = '';
    }
    await output.write(styled(text, options.format, widthOf(output)));
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
  announce(options.output, counted(written, 'flow'));
}

/** Tells of each as it goes by: a million flows are never held at once. */
function* passing<T>(all: Iterable<T>, tell: () => void): Iterable<T> {
  for (const one of all) {
    tell();
    yield one;
  }
}

/** Options that name no file of a host. */
const OWN_OPTIONS: ReadonlySet<string> = new Set([
  'pcap',
  'captures',
  'unexplained',
  'format',
  'output',
  'color',
  'debug',
  'ascii',
  'quiet',
]);

/** What names and verdicts of flows do not rest on; nothing where no snapshot was given. */
async function groundsOf(host: Host | undefined): Promise<HostGrounds> {
  return host === undefined ? {} : (await import('../datapath/index.js')).withHostGrounds(host);
}

async function flowsOf({ collector, taps, sources }: CapturedStrands, host: Host | undefined): Promise<Iterable<JudgedFlow>> {
  const { buildFlows } = await import('../capture/flows/build.js');
  if (host === undefined) return buildFlows(collector, taps);
  const [{ namesOf }, { judgeFlows }, { createMachine, traceFlow }] = await Promise.all([
    import('../capture/names.js'),
    import('../capture/judge.js'),
    import('../datapath/index.js'),
  ]);
  const flows: readonly CapturedFlow[] = [...buildFlows(collector, taps, namesOf(host))];
  const machine = createMachine(host);
  return judgeFlows(flows, sources, host, (request) => traceFlow(machine, request));
}

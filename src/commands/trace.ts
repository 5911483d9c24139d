import { Option, type Command } from 'commander';
import type { Host } from '../model/host.js';
import type { FlowRequest, Trace } from '../model/trace.js';
import { TRACE_REPORTS, type ReportOptions, type TraceReport } from '../report/trace/index.js';
import { COMMAND_NAMES } from './names.js';
import { addCaptureOptions } from './common/capture-options.js';
import type { CaptureOptions } from './common/capture-options.js';
import { UsageError } from './common/failure.js';
import type { FlowLine } from './common/flow-lines.js';
import { flowRequest } from './common/flow-request.js';
import { openOutput, wantsColor, widthOf } from './common/output.js';
import type { Output } from './common/output.js';
import type { PlacesTrace } from '../capture/index.js';
import { addAssumptionOption, addFlowOptions, addFlowsOption } from './common/flow-options.js';
import type { FlowOptions, AssumptionOption } from './common/flow-options.js';
import { addPrintOptions } from './common/print-options.js';
import type { PrintOptions } from './common/print-options.js';
import { announce, counted } from './common/announce.js';
import { styled } from './common/run-style.js';
import { bareWords } from './common/bare-words.js';
import { addSnapshotOptions, givesHost, readHost, withFiles } from './common/snapshot-options.js';

interface TraceOptions extends CaptureOptions, PrintOptions, FlowOptions, AssumptionOption {
  readonly all?: boolean;
  readonly remedies: 'safe' | 'any';
}

const EXAMPLES = `
Examples:
  dtrace-path paste.txt --from web --to 8.8.8.8
  dtrace-path sosreport-web1.tar.xz web db:5432
  dtrace-path host.tgz --from web --to 8.8.8.8
  dtrace-path host.tgz --from internet --to 198.51.100.10 --port 8080
  dtrace-path host.tgz --from web --to db:5432 --format md -o path.md
  dtrace-path host.tgz --from web --to 8.8.8.8 --pcap host:docker0=docker0.pcap --pcap web:any=web.pcap
  dtrace-path host.tgz --flows flows.ndjson --format ndjson`;

/** Formats that open with a sentence. */
const PEOPLE: ReadonlySet<string> = new Set(['text', 'md', 'short']);

/** Adds `trace`, the default command. */
export function registerTrace(program: Command): void {
  const command = program
    .command('trace', { isDefault: true })
    .description('the path of one flow, or of many (the default command)')
    .argument('[what...]', 'files of listings, - for standard input; names of the two ends: from, to');
  addFlowOptions(command).option('--all', 'trace to every address of the destination, not only the one a client would choose');
  addFlowsOption(command);
  addAssumptionOption(command).addOption(
    new Option('--remedies <which>', 'any: also those that pass the rules by which Docker keeps networks and containers apart')
      .choices(['safe', 'any'])
      .default('safe'),
  );
  addCaptureOptions(addSnapshotOptions(command));
  addPrintOptions(command, TRACE_REPORTS.keys(), "unfold what changed nothing, and the answer's way")
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(what: readonly string[], given: TraceOptions & Readonly<Record<string, unknown>>): Promise<void> {
  const { files, names } = bareWords(what, givesHost(given));
  const options = await withEnds(withFiles(given, files), names);
  const flows = await questions(options);
  const load = TRACE_REPORTS.get(options.format);
  if (!load) throw new UsageError(`no format ${options.format}`);
  const [host, { createMachine, traceAll, traceFlow, unknownNameIn }, { accountOf, advise }, { withTestimonies }, report] =
    await Promise.all([
      readHost(options),
      import('../datapath/index.js'),
      import('../advice/index.js'),
      import('../testimony/index.js'),
      load(),
    ]);
  const machine = createMachine(host, { assume: options.assume ?? new Map<string, readonly string[]>() });
  const one = (request: FlowRequest): readonly Trace[] =>
    (options.all ? traceAll(machine, request) : [traceFlow(machine, request)]).map((trace) => withTestimonies(machine, trace));
  const told =
    options.flows === undefined
      ? (request: FlowRequest) => one(request).map((trace) => advise(machine, request, trace, { holes: options.remedies === 'any' }))
      : PEOPLE.has(options.format)
        ? (request: FlowRequest) => one(request).map((trace) => ({ ...trace, account: accountOf(machine, trace) }))
        : one;
  // one question about nobody is a slip; a batch answers every line for itself
  const unknown = options.flows === undefined ? unknownNameIn(machine, oneRequest(options)) : undefined;
  if (unknown !== undefined) throw new UsageError(unknown);
  const place = await captured(options, host, (request) => told(request)[0]);
  const ask = place ? (request: FlowRequest) => told(request).map((trace) => place(trace, request)) : told;
  const output = await openOutput(options.output);
  let count = 0;
  try {
    count = await print(answers(flows, ask), report, options, output);
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
  announce(options.output, counted(count, 'answer'));
}

/** @returns the options with the ends that stand without one. */
async function withEnds<T extends TraceOptions & Readonly<Record<string, unknown>>>(options: T, ends: readonly string[]): Promise<T> {
  const [only = ''] = ends;
  if (ends.length === 1 && options.from === undefined && options.to === undefined) {
    const { didYouMean } = await import('../datapath/index.js');
    const slip = didYouMean(only, COMMAND_NAMES);
    if (slip === '' && givesHost(options))
      throw new UsageError(`where does ${only} send to? Name the other end as well, as in: dtrace-path host.tgz ${only} db:5432`);
    throw new UsageError(`"${only}" is neither a command nor a file${slip}; dtrace-path --help lists the commands`);
  }
  const left = [...ends];
  const from = options.from ?? left.shift();
  const to = options.to ?? left.shift();
  const [extra] = left;
  if (extra !== undefined)
    throw new UsageError(
      `"${extra}" is neither a file nor a command, and both ends are named already; dtrace-path --help lists the commands`,
    );
  if (ends.length > 0 && options.flows !== undefined)
    throw new UsageError(`"${ends[0] ?? ''}" is not a file, and --flows names each flow whole`);
  return { ...options, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** @returns how to set traces beside captures, where there are any. */
async function captured(
  options: TraceOptions,
  host: Host,
  predict: (request: FlowRequest) => Trace | undefined,
): Promise<PlacesTrace | undefined> {
  if (options.pcap === undefined && host.captures.length === 0) return undefined;
  if (options.flows === '-' && options.pcap?.some((spec) => /(?:^|=)-$/.test(spec)))
    throw new UsageError('--flows and --pcap cannot both read standard input');
  return (await import('./common/place-captures.js')).readPlacing(options, host, predict);
}

function oneRequest({ from, to, proto, src, sport, port }: TraceOptions): FlowRequest {
  return flowRequest({ from, to, proto, src, sport, dport: port });
}

/** @returns the flows that the options ask about; a file of them is read as it is needed. */
async function questions(options: TraceOptions): Promise<Iterable<FlowLine> | AsyncIterable<FlowLine>> {
  if (options.flows === undefined) {
    return [{ where: '', request: oneRequest(options) }];
  }
  const own = (['from', 'to', 'proto', 'port', 'sport', 'src'] as const).find((name) => options[name] !== undefined);
  if (own) throw new UsageError(`--${own} and --flows exclude each other: the file names each flow whole`);
  return (await import('./common/flow-lines.js')).readFlows(options.flows);
}

async function* answers(
  flows: Iterable<FlowLine> | AsyncIterable<FlowLine>,
  ask: (request: FlowRequest) => readonly Trace[],
): AsyncGenerator<Trace> {
  for await (const { where, request } of flows) {
    try {
      yield* ask(request);
    } catch (error) {
      throw where !== '' && error instanceof Error && error.name === 'Error'
        ? new UsageError(`${where}: ${error.message}`, { cause: error })
        : error;
    }
  }
}

/** @returns how many were printed. */
async function print(traces: AsyncIterable<Trace>, report: TraceReport, options: TraceOptions, output: Output): Promise<number> {
  const style: ReportOptions = { verbose: options.verbose ?? false, color: options.color && wantsColor(output), ...widthOf(output) };
  const many = options.flows !== undefined || options.all === true;
  if (many) await output.write(report.many.before);
  let separator = '';
  let count = 0;
  for await (const trace of traces) {
    if (!(await output.write(styled(separator + report.render(trace, style), options.format)))) return count;
    count++;
    if (many) separator = report.many.between;
  }
  if (many) await output.write(report.many.after);
  return count;
}

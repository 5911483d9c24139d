import { Option } from 'commander';
import type { Command } from 'commander';
import type { Host } from '../model/host.js';
import type { FlowProto, FlowRequest, Trace } from '../model/trace.js';
import { TRACE_REPORTS } from '../report/index.js';
import type { ReportOptions, TraceReport } from '../report/report.js';
import { addCaptureOptions } from './shared/capture-options.js';
import type { CaptureOptions } from './shared/capture-options.js';
import { UsageError } from './shared/failure.js';
import type { FlowLine } from './shared/flow-lines.js';
import { flowRequest } from './shared/flow-request.js';
import { openOutput, wantsColor } from './shared/output.js';
import type { Output } from './shared/output.js';
import { assumption, portValue } from './shared/option-values.js';
import type { Placing } from './shared/place-captures.js';
import { addSnapshotOptions, readHost } from './shared/snapshot-options.js';

interface TraceOptions extends CaptureOptions {
  readonly from?: string;
  readonly to?: string;
  readonly proto?: FlowProto;
  readonly port?: number;
  readonly sport?: number;
  readonly src?: string;
  readonly all?: boolean;
  readonly assume?: ReadonlyMap<string, readonly string[]>;
  readonly flows?: string;
  readonly format: string;
  readonly output?: string;
  readonly verbose?: boolean;
  readonly color: boolean;
}

const EXAMPLES = `
Examples:
  dtrace-path --snapshot host.tgz --from web --to 8.8.8.8
  dtrace-path --snapshot host.tgz --from internet --to 198.51.100.10 --port 8080
  dtrace-path --snapshot host.tgz --from web --to db:5432 --format md -o path.md
  dtrace-path --snapshot host.tgz --from web --to 8.8.8.8 --pcap host:docker0=docker0.pcap --pcap web:any=web.pcap
  dtrace-path --snapshot host.tgz --flows flows.ndjson --format ndjson`;

/** Adds `trace`, the default command. */
export function registerTrace(program: Command): void {
  const command = program.command('trace', { isDefault: true }).description('the path of one flow, or of many (the default command)');
  addCaptureOptions(addSnapshotOptions(command))
    .option('--from <where>', "a container's name or id, host, internet, or an address")
    .option('--to <where>', 'the same, with or without :port ([v6]:port)')
    .addOption(new Option('--proto <name>', 'icmp without a port, tcp with one').choices(['tcp', 'udp', 'icmp']))
    .option('--port <number>', 'destination port', portValue)
    .option('--sport <number>', 'source port', portValue)
    .option('--src <address>', 'source address, where the sender has several')
    .option('--all', 'trace to every address of the destination, not only the one a client would choose')
    .option('--assume <category=side>', "take a side on what no snapshot tells, such as 'limit=under'; repeatable", assumption)
    .option('--flows <file>', 'flows, one JSON object a line; - is standard input')
    .addOption(new Option('-f, --format <name>', 'how to print it').choices([...TRACE_REPORTS.keys()]).default('text'))
    .option('-o, --output <file>', 'write to a file, whole or not at all')
    .option('-v, --verbose', "unfold what changed nothing, and the answer's way")
    .option('--no-color', 'no colours (they are only used on a terminal)')
    .option('--debug', 'show stack traces of failures')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(options: TraceOptions & Readonly<Record<string, unknown>>): Promise<void> {
  const flows = await questions(options);
  const load = TRACE_REPORTS.get(options.format);
  if (!load) throw new UsageError(`no format ${options.format}`);
  const [host, { createMachine, traceAll, traceFlow, withRemedy }, report] = await Promise.all([
    readHost(options),
    import('../datapath/index.js'),
    load(),
  ]);
  const machine = createMachine(host, { assume: options.assume ?? new Map<string, readonly string[]>() });
  const one = (request: FlowRequest): readonly Trace[] => (options.all ? traceAll(machine, request) : [traceFlow(machine, request)]);
  const told =
    options.flows === undefined ? (request: FlowRequest) => one(request).map((trace) => withRemedy(machine, request, trace)) : one;
  const place = await captured(options, host, (request) => told(request)[0]);
  const ask = place ? (request: FlowRequest) => told(request).map((trace) => place(trace, request)) : told;
  const output = await openOutput(options.output);
  try {
    await print(answers(flows, ask), report, options, output);
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
}

/** @returns how to set traces beside captures, where there are any. */
async function captured(
  options: TraceOptions,
  host: Host,
  predict: (request: FlowRequest) => Trace | undefined,
): Promise<Placing | undefined> {
  if (options.pcap === undefined && host.captures.length === 0) return undefined;
  if (options.flows === '-' && options.pcap?.some((spec) => /(?:^|=)-$/.test(spec)))
    throw new UsageError('--flows and --pcap cannot both read standard input');
  return (await import('./shared/place-captures.js')).readPlacing(options, host, predict);
}

/** @returns the flows that the options ask about; a file of them is read as it is needed. */
async function questions(options: TraceOptions): Promise<Iterable<FlowLine> | AsyncIterable<FlowLine>> {
  if (options.flows === undefined) {
    const { from, to, proto, src, sport, port } = options;
    return [{ where: '', request: flowRequest({ from, to, proto, src, sport, dport: port }) }];
  }
  const own = (['from', 'to', 'proto', 'port', 'sport', 'src'] as const).find((name) => options[name] !== undefined);
  if (own) throw new UsageError(`--${own} and --flows exclude each other: the file names each flow whole`);
  return (await import('./shared/flow-lines.js')).readFlows(options.flows);
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

async function print(traces: AsyncIterable<Trace>, report: TraceReport, options: TraceOptions, output: Output): Promise<void> {
  const style: ReportOptions = { verbose: options.verbose ?? false, color: options.color && wantsColor(output) };
  const many = options.flows !== undefined || options.all === true;
  if (many) await output.write(report.many.before);
  let separator = '';
  for await (const trace of traces) {
    if (!(await output.write(separator + report.render(trace, style)))) return;
    if (many) separator = report.many.between;
  }
  if (many) await output.write(report.many.after);
}

import { Option } from 'commander';
import type { Command } from 'commander';
import { planCaptures, type CapConstructor, type PlannedCapture, placingOptions, placingWords, tcpdumpCommand } from '../capture/index.js';
import { command, printCommand } from '../command/index.js';
import { isHostNetns } from '../model/netns.js';
import type { FlowProto } from '../model/trace.js';
import { escapeTerminal } from '../report/index.js';
import { aboutOf } from './common/about.js';
import { UsageError } from './common/failure.js';
import { flowRequest } from './common/flow-request.js';
import { openOutput } from './common/output.js';
import { portValue } from './common/option-values.js';
import { addFiles, addSnapshotOptions, readHost, withFiles } from './common/snapshot-options.js';

interface CaptureCommandOptions {
  readonly snapshot?: string;
  readonly from?: string;
  readonly to?: string;
  readonly proto?: FlowProto;
  readonly port?: number;
  readonly sport?: number;
  readonly src?: string;
  readonly live?: boolean;
  readonly seconds: number;
  readonly packets: number;
}

const EXAMPLES = `
Examples:
  dtrace-path capture host.tgz --from web --to 8.8.8.8 --port 443          prints the tcpdump commands
  dtrace-path capture host.tgz --from web --to 8.8.8.8 --port 443 --live   records on this host's interfaces`;

/** Adds `capture`: what to record, and where, to see a flow at every interface that it should cross. */
export function registerCapture(program: Command): void {
  const capture = program
    .command('capture')
    .description('the tcpdump commands that show a flow at each interface of its predicted path; or record there');
  addSnapshotOptions(addFiles(capture))
    .requiredOption(
      '--from <where>',
      "a container's name or id, host, internet, lan, or an address; the last three may name the device: lan@eth1",
    )
    .requiredOption('--to <where>', 'a container, host, internet or an address, with or without :port ([v6]:port)')
    .addOption(new Option('--proto <name>', 'icmp without a port, tcp with one').choices(['tcp', 'udp', 'icmp']))
    .option('--port <number>', 'destination port', portValue)
    .option('--sport <number>', 'source port', portValue)
    .option('--src <address>', 'source address, where the sender has several')
    .option('--live', 'record now, on the interfaces of this network namespace (needs the optional package cap, libpcap and root)')
    .option('--seconds <number>', 'with --live: stop after so long', countValue, 60)
    .option('--packets <number>', 'with --live: stop after so many', countValue, 1000)
    .option('--debug', 'show stack traces of failures')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

function countValue(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new UsageError(`${text}: give a whole number from 1`);
  return count;
}

async function run(files: readonly string[], given: CaptureCommandOptions & Readonly<Record<string, unknown>>): Promise<void> {
  const options = withFiles(given, files);
  const { from, to, proto, src, sport, port } = options;
  const request = flowRequest({ from, to, proto, src, sport, dport: port });
  const [host, { createMachine, traceFlow, unknownNameIn }] = await Promise.all([readHost(options), import('../datapath/index.js')]);
  const machine = createMachine(host);
  const unknown = unknownNameIn(machine, request);
  if (unknown !== undefined) throw new UsageError(unknown);
  const plan = planCaptures(traceFlow(machine, request), sport);
  if (plan.length === 0) throw new UsageError('the flow crosses no interface, so there is nothing to record; trace tells why');
  const here = plan.filter(({ netns }) => isHostNetns(netns));
  const { loadCap } = await import('../capture/record/live.js');
  const Cap = options.live ? await loadCap() : undefined;
  if (options.live && Cap === undefined) process.stderr.write(`dtrace-path: ${NO_CAP}\n`);
  const output = await openOutput(undefined);
  const isLive = Cap !== undefined && here.length > 0;
  const elsewhere = isLive ? plan.filter((capture) => !here.includes(capture)) : plan;
  await output.write(commandsText(elsewhere));
  if (isLive) await record(Cap, here, options);
  await output.write(placingText(isLive ? here : plan, isLive ? elsewhere : [], options));
}

const NO_CAP = 'the package cap or libpcap is not installed (npm install cap); record with the commands below instead';

/** Records on this namespace's interfaces; the exit code is 1 where the flow was not seen at all of them. */
async function record(Cap: CapConstructor, here: readonly PlannedCapture[], options: CaptureCommandOptions): Promise<void> {
  const { recordHere } = await import('./common/record.js');
  const { seconds, packets } = options;
  const names = here.map(({ iface }) => iface).join(', ');
  process.stderr.write(`dtrace-path: recording on ${escapeTerminal(names)} for ${seconds} s, or until the flow was seen; Ctrl-C ends it\n`);
  const { end, packets: counts, unseen } = await recordHere(Cap, here, { seconds, packets, graceSeconds: 1 });
  const ENDS = {
    seen: 'the flow was seen at every interface',
    time: `${seconds} seconds are over`,
    packets: `${packets} packets were recorded`,
    stopped: 'stopped',
  };
  const files = here.map(({ file }, i) => `${file} ${counts[i] ?? 0}`).join(', ');
  const missing = unseen.length > 0 ? `; the flow was not seen at ${unseen.map(({ iface }) => iface).join(', ')}` : '';
  process.stderr.write(`dtrace-path: ${escapeTerminal(`${ENDS[end]}: ${files}${missing}`)}\n`);
  if (unseen.length > 0) process.exitCode = 1;
}

function commandsText(commands: readonly PlannedCapture[]): string {
  if (commands.length === 0) return '';
  const lines = commands.map((capture) => `${tcpdumpCommand(capture)} &`);
  return `${['# as root on the host; end them with: kill $(jobs -p)', ...lines].join('\n')}\n`;
}

/** @param besides captures that may have been taken too. */
function placingText(
  plan: readonly PlannedCapture[],
  besides: readonly PlannedCapture[],
  options: CaptureCommandOptions & Readonly<Record<string, unknown>>,
): string {
  const asked = (['from', 'to', 'proto', 'port', 'sport', 'src'] as const).flatMap((name) => {
    const value = options[name];
    if (value === undefined) return [];
    const text = String(value);
    return text.startsWith('-') ? [`--${name}=${text}`] : [`--${name}`, text];
  });
  const then = command('dtrace-path', 'trace', ...aboutOf(options), ...asked, ...placingWords(plan));
  const more = besides.length > 0 ? [`# and, where that was recorded too: ${placingOptions(besides)}`] : [];
  return `${['# then, with the captures:', printCommand(then), ...more].join('\n')}\n`;
}

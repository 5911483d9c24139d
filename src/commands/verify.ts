import type { Command } from 'commander';
import { familyOf, formatIp, parseIp } from '../address/ip.js';
import {
  resolveClient,
  UnknownEndpoint,
  unknownNameIn,
  createMachine,
  findPeers,
  traceFlow,
  traceSides,
  withHostGrounds,
  type Machine,
  answersFromAsked,
  holding,
  proxyTarget,
} from '../datapath/index.js';
import type { PlanInput, Claim, ProbeSender } from '../kernel/index.js';
import type { ListeningSocket } from '../model/host.js';
import { isHostNetns } from '../model/netns.js';
import type { FlowRequest, Trace } from '../model/trace.js';
import type { Verification } from '../model/verification.js';
import { UsageError } from './common/failure.js';
import { flowRequest } from './common/flow-request.js';
import { readFlows } from './common/flow-lines.js';
import { openOutput, wantsColor, widthOf } from './common/output.js';
import { announce, counted } from './common/announce.js';
import { styled } from './common/run-style.js';
import { inertJson } from '../report/index.js';
import { addAssumptionOption, addFlowOptions, addFlowsOption } from './common/flow-options.js';
import type { FlowOptions, AssumptionOption } from './common/flow-options.js';
import { addPrintOptions } from './common/print-options.js';
import type { PrintOptions } from './common/print-options.js';
import { addFiles, addSnapshotOptions, readHost, withFiles } from './common/snapshot-options.js';

/** Source ports of the flows of a file that name none: each its own, so that all can be sent at once. */
const FIRST_PORT = 50_000;

interface VerifyOptions extends PrintOptions, FlowOptions, AssumptionOption {
  readonly captures?: string;
  readonly format: 'text' | 'json';
}

const EXAMPLES = `
Exit status: 0 where the kernel agrees with every prediction, 1 where it does not, 2 where it could not be asked.

Examples:
  dtrace-path verify host.tgz --from web --to 8.8.8.8
  dtrace-path verify host.tgz --flows flows.ndjson --format json`;

/** Adds `verify`: predictions put to the proof on a real kernel. */
export function registerVerify(program: Command): void {
  const command = program
    .command('verify')
    .description('rebuild the host in throw-away network namespaces, send the packet, and compare what the kernel did');
  addSnapshotOptions(addFiles(command));
  addFlowOptions(command);
  addAssumptionOption(command);
  addFlowsOption(command).option('--captures <folder>', "keep what crossed each interface, as a snapshot's captures/ folder holds it");
  addPrintOptions(command, ['text', 'json']).addHelpText('after', EXAMPLES).action(run);
}

async function run(files: readonly string[], given: VerifyOptions & Readonly<Record<string, unknown>>): Promise<void> {
  const options = withFiles(given, files);
  const requests = await questions(options);
  const host = await readHost(options);
  const machine = createMachine(host, { assume: options.assume ?? new Map<string, readonly string[]>() });
  // one question about nobody is a slip; a batch answers every line for itself
  const unknown = options.flows === undefined ? requests.map((request) => unknownNameIn(machine, request))[0] : undefined;
  if (unknown !== undefined) throw new UsageError(unknown);
  const claims = requests.map((request) => claimOf(machine, request));
  const verification = { ...(await proved(machine, claims, options.captures)), ...withHostGrounds(host) };
  const output = await openOutput(options.output);
  const color = options.color && wantsColor(output);
  const { renderVerification } = await import('../report/verify-text.js');
  try {
    const text = options.format === 'json' ? `${inertJson(verification, 2)}\n` : renderVerification(verification, { color });
    await output.write(styled(text, options.format, widthOf(output)));
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
  announce(options.output, counted(claims.length, 'flow'));
  if (!verification.agrees) process.exitCode = 1;
}

/** Puts claims to the proof, and keeps captures where a folder is named. */
async function proved(machine: Machine, claims: readonly Claim[], folder: string | undefined): Promise<Verification> {
  const { verify } = await import('../kernel/verify.js');
  if (folder === undefined) return verify(machine.host, planInput(machine), claims);
  const { openCapturesFolder } = await import('./common/captures-folder.js');
  const captures = openCapturesFolder(folder);
  try {
    const verification = await verify(machine.host, planInput(machine), claims, { keep: captures.keep });
    captures.finish();
    return verification;
  } catch (error) {
    captures.discard();
    throw error;
  }
}

async function questions(options: VerifyOptions): Promise<readonly FlowRequest[]> {
  const { from, to, proto, src, sport, port, flows } = options;
  if (flows === undefined) return [flowRequest({ from, to, proto, src, sport, dport: port })];
  const own = (['from', 'to', 'proto', 'port', 'sport', 'src'] as const).find((name) => options[name] !== undefined);
  if (own) throw new UsageError(`--${own} and --flows exclude each other: the file names each flow whole`);
  const requests: FlowRequest[] = [];
  for await (const { request } of readFlows(flows)) requests.push(request);
  return requests.map((request, i) =>
    request.sport === undefined && request.proto !== 'icmp' ? { ...request, sport: FIRST_PORT + (i % 10_000) } : request,
  );
}

/** @returns who sends, as the datapath placed the question. */
export function senderOf(machine: Machine, request: FlowRequest, trace: Trace): ProbeSender | undefined {
  const dst = parseIp(trace.flow.dst ?? '');
  if (dst === undefined) return undefined;
  try {
    const src = request.src === undefined ? undefined : parseIp(request.src);
    const client = resolveClient(machine, request.from, src, familyOf(dst));
    return { netns: client.ns.name, src: client.src, ...(client.kind === 'outside' && { entry: client.dev }) };
  } catch (error) {
    if (error instanceof UnknownEndpoint) return undefined;
    throw error;
  }
}

/** @returns the prediction about a flow, with every way it may go, and who sends it. */
export function claimOf(machine: Machine, request: FlowRequest): Claim {
  const trace = traceFlow(machine, request);
  const sender = senderOf(machine, request, trace);
  const decided = trace.outcome !== 'unknown' && trace.assumptions.every((a) => a.given || a.category === 'missing');
  return decided ? { trace, sender } : { trace, sender, sides: traceSides(machine, request) };
}

/** @returns what the datapath knows that the plan of a twin needs. */
export function planInput(machine: Machine): PlanInput {
  return {
    peers: findPeers(machine.host),
    dialOf: (netns: string, socket: ListeningSocket) => {
      if (isHostNetns(netns) && holding(machine, socket) === 'holds') return 'mute';
      const target = isHostNetns(netns) ? proxyTarget(machine, socket) : undefined;
      if (target === undefined || target === 'unknown') return undefined;
      return { host: formatIp(target.ip), port: target.port, answersAsAsked: answersFromAsked(machine) === true };
    },
  };
}

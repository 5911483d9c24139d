import { formatIp, parseIp, type Ip } from '../address/ip.js';
import type { Host } from '../model/host.js';
import type { NetnsName } from '../model/netns.js';
import type { Trace } from '../model/trace.js';
import type { Unproven, Verification, VerifiedFlow } from '../model/verification.js';
import { compareSides } from './compare.js';
import { exercise, MOST_FLOWS } from './exercise.js';
import type { KernelFlow } from './flow.js';
import { appendCaptures, type KeptCapture } from './observe/keep.js';
import { planOutside } from './outside.js';
import { netnsNames, planTwin, type PlanInput } from './plan/index.js';
import { isWatched, OUTSIDE } from './plan/plan.js';
import { openSandbox, SandboxError, type SandboxOptions } from './sandbox.js';
import { sideBySide } from './side-by-side.js';
import { buildTwin } from './twin.js';
import { outsideAmong, wiresOf } from './wires.js';

/** Who sends a flow: a namespace, or an outside machine whose packet comes in by a device of a namespace. */
export interface ProbeSender {
  readonly netns: NetnsName;
  readonly src?: Ip | undefined;
  readonly entry?: string | undefined;
}

export interface VerifyOptions extends SandboxOptions {
  /** Takes what was captured at each interface of the host's namespaces, once all flows are sent. */
  readonly keep?: (captures: readonly KeptCapture[]) => void | Promise<void>;
}

/** A prediction, and who is to send the packet. */
export interface Claim {
  readonly trace: Trace;
  /** Every way the flow may go where the prediction rests on what no snapshot tells (`traceSides`); absent: only the one. */
  readonly sides?: readonly Trace[];
  readonly sender: ProbeSender | undefined;
}

const FIRST_PORT = 20_000;

function kernelFlow({ trace, sender }: Claim, id: number): KernelFlow | undefined {
  const { proto, dst, dport = 0, sport = FIRST_PORT + id } = trace.flow;
  if (sender === undefined || dst === undefined) return undefined;
  const src = sender.src === undefined ? {} : { src: formatIp(sender.src) };
  const common = { id, proto, dst, dport, sport: proto === 'icmp' ? FIRST_PORT + id : sport, byte: ((0x77 + id) % 126) + 1, ...src };
  if (sender.entry === undefined) return { ...common, client: sender.netns };
  return { ...common, client: OUTSIDE, entry: { netns: sender.netns, iface: sender.entry } };
}

function nameOf(trace: Trace): string {
  const { id, from, to, proto, dport } = trace.flow;
  return id ?? `${from} → ${to} ${proto}${dport === undefined ? '' : ` ${dport}`}`;
}

/** An open question can be put to the kernel where every way it leaves is told. */
function tellsAllWays({ sides = [] }: Claim): boolean {
  return sides.length > 0 && sides.every((side) => side.outcome !== 'unknown');
}

function whyUntried(claim: Claim): string | undefined {
  if (claim.trace.outcome === 'unknown' && !tellsAllWays(claim)) return `the prediction takes no side: ${claim.trace.reason}`;
  return claim.sender === undefined ? 'no namespace of the snapshot can send it' : undefined;
}

/** Flows that share a source port cannot be told apart, once NAT has given them one address. */
function batches(claims: readonly Claim[]): readonly (readonly Claim[])[] {
  const done: Claim[][] = [];
  for (const claim of claims) {
    const { proto, sport } = claim.trace.flow;
    const fits = (batch: readonly Claim[]): boolean =>
      batch.length < MOST_FLOWS && (proto === 'icmp' || !batch.some((c) => c.trace.flow.proto !== 'icmp' && c.trace.flow.sport === sport));
    const free = done.find(fits);
    if (free === undefined) done.push([claim]);
    else free.push(claim);
  }
  return done;
}

async function proveBatch(
  host: Host,
  input: PlanInput,
  batch: readonly Claim[],
  options: SandboxOptions,
): Promise<{ flows: VerifiedFlow[]; kept: readonly KeptCapture[]; gaps: readonly Unproven[]; kernel: string }> {
  const plan = planTwin(host, input);
  const flows = batch.flatMap((claim, id) => kernelFlow(claim, id) ?? []);
  const wires = wiresOf(host, input.peers, plan.uplinks);
  const senders = flows.filter((f) => f.client === OUTSIDE);
  // who sends from outside is there, whatever network its address is of
  const there = senders.flatMap(({ src = '' }) => parseIp(src) ?? []);
  // and so is whom they ask, out there: the host may send it on by the very wire that it came in by
  const called = outsideAmong(
    host,
    input.peers,
    wires,
    flows.map(({ dst }) => dst),
  );
  const outside = planOutside(wires, [...new Set([...there, ...called])]);
  const sandbox = await openSandbox(options);
  try {
    const { twin, gaps } = await buildTwin(sandbox, plan, netnsNames(host), outside);
    const { observed, kept, gaps: unsent } = await exercise(twin, wires, flows);
    const watched = new Set(plan.namespaces.filter(isWatched).map((n) => n.name));
    const verified = observed.flatMap((seen, i): VerifiedFlow[] => {
      const claim = batch[i];
      if (claim === undefined) return [];
      const { trace } = claim;
      const [first = trace, ...rest] = tellsAllWays(claim) ? (claim.sides ?? []) : [];
      const { side, comparison } = compareSides([first, ...rest], seen, watched);
      const open = trace.outcome === 'unknown' ? { open: trace.reason } : {};
      return [{ flow: trace.flow, reason: side.reason, ...open, comparison, stages: sideBySide(side, comparison) }];
    });
    const { out } = await sandbox.run(['uname', '-sr']);
    return { flows: verified, kept, gaps: [...gaps, ...unsent], kernel: out.trim() };
  } finally {
    await sandbox.close();
  }
}

/**
 * What flows sent together share may make one of them go another way (neighbours that another made known, the rate at
 * which a router tells one sender of errors: ip_error): such a flow is sent once more, alone, and that counts.
 */
async function proveAlone(
  host: Host,
  input: PlanInput,
  batch: readonly Claim[],
  flows: readonly VerifiedFlow[],
  options: SandboxOptions,
): Promise<readonly VerifiedFlow[]> {
  if (batch.length === 1) return flows;
  const settled: VerifiedFlow[] = [];
  for (const [i, flow] of flows.entries()) {
    const claim = batch[i];
    const again = flow.comparison.agrees || claim === undefined ? undefined : await proveBatch(host, input, [claim], options);
    settled.push(again?.flows[0] ?? flow);
  }
  return settled;
}

/** What is built of a host: for each namespace there is a process of ours, and the kernel keeps a device until the last of them has gone. */
const MOST = { namespaces: 256, interfaces: 4096 } as const;

/** @throws SandboxError where a host has more than a machine should be asked to build. */
function checkSize({ netns }: Host): void {
  const sizes = { namespaces: netns.size, interfaces: [...netns.values()].reduce((sum, { interfaces }) => sum + interfaces.length, 0) };
  for (const what of ['namespaces', 'interfaces'] as const)
    if (sizes[what] > MOST[what])
      throw new SandboxError(
        `the snapshot holds ${sizes[what].toLocaleString('en')} ${what}, and no more than ${MOST[what].toLocaleString('en')} are rebuilt: ` +
          'leave the folders below netns/ that the flow does not cross out of it',
      );
}

/**
 * Rebuilds a host in throw-away network namespaces, sends each flow's first packet, and holds what the kernel did
 * against the predictions.
 * @throws SandboxError where the machine does not allow it, or the host is too large; the message names what is missing.
 */
export async function verify(host: Host, input: PlanInput, claims: readonly Claim[], options: VerifyOptions = {}): Promise<Verification> {
  checkSize(host);
  const untried = claims.flatMap((claim): Unproven[] => {
    const why = whyUntried(claim);
    return why === undefined ? [] : [{ what: nameOf(claim.trace), why }];
  });
  const flows: VerifiedFlow[] = [];
  const gaps = new Map<string, Unproven>();
  let kernel = '';
  let kept: readonly KeptCapture[] = [];
  for (const batch of batches(claims.filter((claim) => whyUntried(claim) === undefined))) {
    const proof = await proveBatch(host, input, batch, options);
    flows.push(...(await proveAlone(host, input, batch, proof.flows, options)));
    for (const gap of proof.gaps) gaps.set(`${gap.what} ${gap.why}`, gap);
    kernel = proof.kernel;
    kept = appendCaptures(kept, proof.kept);
  }
  await options.keep?.(kept);
  const agrees = flows.every((f) => f.comparison.agrees) && untried.length === 0;
  return { format: 'dtrace-path-verification/1', kernel, agrees, flows, untried, gaps: [...gaps.values()] };
}

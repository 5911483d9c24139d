import { formatIp, parseIp } from '../address/ip.js';
import type { Outcome, RuleHit, Step, Trace } from '../model/trace.js';
import type { Sighting } from '../model/sighting.js';
import type { Compared, Comparison } from '../model/verification.js';
import type { FlowPacket, Observed } from './flow.js';
import { OUTSIDE } from './plan/plan.js';

function canonical(text: string): string {
  const ip = parseIp(text);
  return ip === undefined ? text : formatIp(ip);
}

/** A sighting as one line; of an answer the ports do not matter. */
export function predictedRow(s: Sighting): string {
  const port = s.dport === undefined || s.reply ? '' : `:${s.dport}`;
  return `${s.netns} ${s.iface} ${s.dir} ${canonical(s.src)} > ${canonical(s.dst)}${port}${s.reply ? ' reply' : ''}`;
}

/** Where a step saw the packet. */
export function stepRow({ packet, netns, iface, dir, reply }: Extract<Step, { readonly kind: 'interface' }>): string {
  return predictedRow({ ...packet, netns, iface, dir, reply });
}

function kernelRow({ captured: c, reply }: FlowPacket): string {
  const port = reply || !('dport' in c.body) ? '' : `:${c.body.dport}`;
  return `${c.netns} ${c.iface} ${c.dir} ${c.src} > ${c.dst}${port}${reply ? ' reply' : ''}`;
}

/** The outside is not predicted; a row that comes again is a retransmission. */
function distinct(rows: readonly string[]): readonly string[] {
  return [...new Set(rows)];
}

const isReply = (row: string): boolean => row.endsWith(' reply');

/** First packets in order; answers of two connections interleave freely. */
function sameRows(a: readonly string[], b: readonly string[]): boolean {
  const split = (rows: readonly string[]): string => JSON.stringify([rows.filter((r) => !isReply(r)), rows.filter(isReply).sort()]);
  return split(a) === split(b);
}

/** The trace ends at a proxy of which nothing tells where it goes on to: what the kernel does behind it is not predicted. */
const endsAtProxy = ({ cause }: Trace): boolean => cause.kind === 'proxy-unknown' || cause.within?.includes('proxy-unknown') === true;

/** @returns what the kernel did as far as a trace that ends at a proxy tells of it. */
function untilProxy(predicted: readonly string[], kernel: readonly string[]): readonly string[] {
  const there = kernel.filter((row) => !isReply(row)).slice(0, predicted.filter((row) => !isReply(row)).length);
  return [...there, ...kernel.filter((row) => isReply(row) && predicted.includes(row))];
}

/** Hops until a neighbour is confirmed: in the twin another flow, or the answer to a query, may have done so already. */
function passingRows({ steps }: Trace): ReadonlySet<string> {
  return new Set(steps.flatMap((step) => (step.kind === 'interface' && step.whileUnconfirmed === true ? stepRow(step) : [])));
}

function comparePackets(trace: Trace, observed: Observed, answered: boolean): Compared {
  const keep = (rows: readonly string[]): readonly string[] => distinct(rows).filter((row) => answered || !isReply(row));
  const seen = keep(observed.packets.filter((p) => p.captured.netns !== OUTSIDE).map(kernelRow));
  const [told, passing] = [keep(trace.packets.filter((p) => p.netns !== OUTSIDE).map(predictedRow)), passingRows(trace)];
  const predicted = told.filter((row) => !passing.has(row) || seen.includes(row));
  const kernel = endsAtProxy(trace) ? untilProxy(predicted, seen) : seen;
  return { agrees: sameRows(predicted, kernel), predicted, kernel };
}

/** A rule and where it stands; `nft` is there for a native one. */
type Placed = Pick<RuleHit, 'netns' | 'nft' | 'table' | 'chain' | 'rule'>;

/** Quotes, what escapes them (xtables_save_string) and spaces do not change a rule; nor does the kernel's number of a chain without a name. */
export function ruleRow({ netns, nft, table, chain, rule }: Placed): string {
  const where = nft === undefined ? `${table} ${chain}` : `${nft} ${table} ${chain.replace(/^__chain\d+$/, '{…}')}`;
  const counted = nft === undefined ? rule : rule.replace(/\bcounter packets \d+ bytes \d+/g, 'counter');
  return `${netns} ${where} ${counted.replace(/\\?"/g, '').replaceAll("\\'", "'").replace(/\s+/g, ' ').trim()}`;
}

const isTrace = (hit: RuleHit): boolean => hit.rule.endsWith('-j TRACE');

/** Whether the kernel matched what was predicted: what is only possible may be missing, and what may match besides may be there. */
function asPredicted(predicted: readonly RuleHit[], kernel: readonly string[], besides: ReadonlySet<string>, endsEarly: boolean): boolean {
  let at = 0;
  for (const row of kernel) {
    if (endsEarly && at === predicted.length) break;
    for (let next = predicted[at]; next !== undefined && ruleRow(next) !== row && next.possible === true && !besides.has(row);)
      next = predicted[++at];
    const next = predicted[at];
    if (next !== undefined && ruleRow(next) === row) at++;
    else if (!besides.has(row)) return false;
  }
  return predicted.slice(at).every((hit) => hit.possible === true);
}

/** Each namespace has a log of its own: their order to one another is not known. */
function compareRules(trace: Trace, observed: Observed, watched: ReadonlySet<string>): Compared {
  const byNetns = <T extends { readonly netns: string }>(list: readonly T[]): readonly T[] =>
    [...watched].flatMap((n) => list.filter((x) => x.netns === n));
  const listed = byNetns(trace.rules.filter((hit) => !isTrace(hit)));
  const seen = byNetns(observed.rules).map(ruleRow);
  // where a trace tells each rule once, the kernel's are held against it by where each matched first
  const hits = trace.rulesCut === true ? [...new Map([...listed].reverse().map((hit) => [ruleRow(hit), hit])).values()].reverse() : listed;
  const kernel = trace.rulesCut === true ? [...new Set(seen)] : seen;
  const besides = trace.steps.flatMap((step) => (step.kind === 'table' && !step.reply ? (step.besides ?? []) : []));
  const agrees = asPredicted(hits, kernel, new Set(besides.map(ruleRow)), endsAtProxy(trace));
  return { agrees, predicted: agrees ? kernel : hits.map(ruleRow), kernel };
}

const VIEWS: Readonly<Record<Observed['result']['outcome'], Outcome>> = {
  connected: 'connected',
  closed: 'connected',
  // who is accepted and then hears nothing has no answer
  silent: 'timeout',
  refused: 'refused',
  reset: 'refused',
  unreachable: 'unreachable',
  timeout: 'timeout',
};

/** Whether the answer to its first segment came to the client. */
function wasAccepted(observed: Observed): boolean {
  const { client } = observed.flow;
  return observed.packets.some(
    ({ captured: c }) => c.netns === client && c.dir === 'in' && c.body.proto === 'tcp' && c.body.kind === 'syn-ack',
  );
}

/** @returns the kernel's outcome in the words of a trace: what came to the outside has left the host. */
export function kernelOutcome(observed: Observed): Outcome {
  const left = !observed.proxied && observed.packets.some((p) => !p.reply && p.captured.netns === OUTSIDE && p.captured.dir === 'in');
  if (left) return 'leaves-host';
  const view = observed.result.outcome;
  // an error to its second segment is kept while the client waits for data, and told to who asks for it (sk_err_soft, SO_ERROR)
  return (view === 'unreachable' || view === 'refused') && wasAccepted(observed) ? 'timeout' : VIEWS[view];
}

/**
 * Whether an answer from the outside came to the client.
 * @returns undefined where none came in by the device by which it was predicted to come.
 */
export function answerFromBeyond({ steps }: Trace, { packets, result }: Observed): boolean | undefined {
  const way = steps.find((step) => step.assumed === true && step.kind === 'interface');
  if (way?.kind !== 'interface') return undefined;
  const answers = packets.filter(({ captured: { body }, reply }) => reply && (body.proto !== 'tcp' || body.kind === 'syn-ack'));
  const came = answers.some(({ captured: c }) => c.netns === way.netns && c.iface === way.iface && c.dir === 'in');
  return came ? result.outcome === 'connected' || result.outcome === 'closed' : undefined;
}

/**
 * What became of an answer from beyond, where there was one: it decides between a packet that left and one that is answered in vain. The
 * twin's outside need not answer as the real one does, so where it gives none, both hold.
 */
function withAnswer(trace: Trace, observed: Observed, kernel: Outcome): Outcome {
  if (kernel !== 'leaves-host') return kernel;
  const arrived = answerFromBeyond(trace, observed);
  if (arrived !== undefined) return arrived ? kernel : 'timeout';
  return trace.outcome === 'timeout' && trace.steps.some((step) => step.assumed) ? 'timeout' : kernel;
}

/** A client that waits a second hears of an absent neighbour, and over IPv6 of an error to its SYN, only later. */
function tellsLater(trace: Trace, observed: Observed): boolean {
  if (observed.result.outcome !== 'timeout') return false;
  const heard = observed.errors.some((e) => e.netns === observed.flow.client && e.dir === 'in');
  return heard
    ? trace.outcome === 'refused' || trace.outcome === 'unreachable'
    : trace.outcome === 'unreachable' && [trace.cause.kind, ...(trace.cause.within ?? [])].includes('no-neighbour');
}

/** Where the client is told in another way or later than it waits, and the prediction holds all the same: in which. */
function otherWords(trace: Trace, observed: Observed, kernel: Outcome): string | undefined {
  if (kernel !== 'timeout' || !tellsLater(trace, observed)) return undefined;
  return 'the client waits a second and is told later';
}

/**
 * Holds a prediction against the kernel: the outcome, every packet at every interface, every rule.
 * @param watched the namespaces whose rules were read.
 */
export function compare(trace: Trace, observed: Observed, watched: ReadonlySet<string>): Comparison {
  const kernel = withAnswer(trace, observed, kernelOutcome(observed));
  const words = otherWords(trace, observed, kernel);
  const agrees = trace.outcome === kernel || words !== undefined;
  const packets = comparePackets(trace, observed, kernel === 'connected' && trace.outcome === 'connected');
  const rules = compareRules(trace, observed, watched);
  const detail = words ?? observed.result.detail;
  return {
    agrees: agrees && packets.agrees && rules.agrees,
    outcome: {
      agrees,
      predicted: trace.outcome,
      kernel: words === undefined ? kernel : 'timeout',
      ...(detail !== undefined && { detail }),
    },
    packets,
    rules,
  };
}

/** A comparison with one of several sides, and the trace of that side. */
export interface SideCompared {
  readonly side: Trace;
  readonly comparison: Comparison;
}

/**
 * Holds every side of a prediction that rests on what no snapshot tells against the kernel, which goes one way only.
 * @param sides at least one, the usual one first.
 * @returns the side that agrees in everything; else the first that agrees in the outcome, else the usual one.
 */
export function compareSides(sides: readonly [Trace, ...Trace[]], observed: Observed, watched: ReadonlySet<string>): SideCompared {
  const compared = sides.map((side): SideCompared => ({ side, comparison: compare(side, observed, watched) }));
  const best = compared.find((c) => c.comparison.agrees) ?? compared.find((c) => c.comparison.outcome.agrees) ?? compared[0];
  return best ?? { side: sides[0], comparison: compare(sides[0], observed, watched) };
}

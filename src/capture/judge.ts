import { formatIp } from '../address/ip.js';
import type { CaptureEvidence, CaptureSource, CapturedFlow, JudgedFlow } from '../model/capture.js';
import type { Host } from '../model/host.js';
import type { FlowProto, FlowRequest, Trace } from '../model/trace.js';
import { AskedBefore } from './flow-memo.js';
import { portsMatter } from './ports-matter.js';
import { FlowsByServer } from './place/by-server.js';
import { comesOtherwise } from './place/contradict.js';
import { PROXY_WINDOW, placeOnTrace } from './place/evidence.js';
import { predictedOf } from './place/legs.js';
import { matching } from './place/match.js';

/** Predicts a flow's path; the snapshot's side of the comparison. */
export type Predict = (request: FlowRequest) => Trace;

const PREDICTED: ReadonlyMap<string, FlowProto> = new Map<string, FlowProto>([
  ['tcp', 'tcp'],
  ['udp', 'udp'],
  ['icmp', 'icmp'],
]);

/**
 * Sets flows beside what the snapshot says of each: whether it rules out what was seen, and which connection a proxy opened for it.
 * @param flows all flows of the captures, in the order of their first packets.
 */
export function judgeFlows(
  flows: readonly CapturedFlow[],
  sources: readonly CaptureSource[],
  host: Host,
  predict: Predict,
): readonly JudgedFlow[] {
  const traceOf = remembering(predict);
  const beyond = new BeyondProxies(flows);
  const before = new AskedBefore(host);
  const byPort = portsMatter(host);
  const second = new Set<CapturedFlow>();
  return flows.map((flow): JudgedFlow => {
    const request = second.has(flow) ? undefined : requestOf(flow, host);
    if (request === undefined) return flow;
    const place = (asked: FlowRequest): Placed => {
      const trace = traceOf(asked);
      const near = { flows: [flow, ...beyond.after(trace, flow).filter((other) => !second.has(other))], sources };
      return { trace, evidence: placeOnTrace(trace, near, {}, host) };
    };
    const usual = place(request);
    const objected = usual.evidence.shown === flow ? objections(usual.evidence) : [];
    const explained =
      objected.length > 0
        ? explanation(flow, [...(byPort ? exact(flow, request) : []), ...before.questions(flow, request.proto ?? 'tcp')], place)
        : usual;
    const impossible = explained || comesOtherwise(usual.trace, flow) ? [] : objected;
    const { beyondProxy } = (explained ?? usual).evidence;
    if (beyondProxy) second.add(beyondProxy);
    return {
      ...flow,
      ...(impossible.length > 0 && { impossible }),
      ...(beyondProxy && { proxied: { client: beyondProxy.client, server: beyondProxy.server, outcome: beyondProxy.outcome } }),
    };
  });
}

interface Placed {
  readonly trace: Trace;
  readonly evidence: CaptureEvidence;
}

function exact({ client: { port } }: CapturedFlow, request: FlowRequest): readonly FlowRequest[] {
  return port === undefined ? [] : [{ ...request, sport: port }];
}

/** @returns what bears another question out: that of the very port, which rules and routes may go by, or one that was translated. */
function explanation(flow: CapturedFlow, others: readonly FlowRequest[], place: (asked: FlowRequest) => Placed): Placed | undefined {
  for (const other of others) {
    const placed = place(other);
    if (explains(placed, flow)) return placed;
  }
  return undefined;
}

/** Traces once for all flows that ask the same. */
function remembering(predict: Predict): Predict {
  const traces = new Map<string, Trace>();
  return (request) => {
    const key = [request.from, request.to, request.src, request.proto, request.sport, request.dport].join(' ');
    let trace = traces.get(key);
    if (trace === undefined) {
      if (traces.size >= MOST_TRACES) traces.clear();
      traces.set(key, (trace = predict(request)));
    }
    return trace;
  };
}

/** Traces kept at a time: captures may ask very many questions. */
const MOST_TRACES = 10_000;

/** The connections that proxies may have opened, found by time: captures may hold very many. */
class BeyondProxies {
  private readonly byTrace = new Map<Trace, readonly CapturedFlow[]>();
  private byServer: FlowsByServer | undefined;

  constructor(private readonly flows: readonly CapturedFlow[]) {}

  /** @returns flows that fit a trace's second connection and begin while `flow` is alive, or soon after; none where it has no second one. */
  after(trace: Trace, flow: CapturedFlow): readonly CapturedFlow[] {
    let fitting = this.byTrace.get(trace);
    if (fitting === undefined) {
      const leg = predictedOf(trace).flatMap((p) => (p.leg === 1 ? [p.sighting] : []));
      if (leg.length > 0) this.byServer ??= new FlowsByServer(this.flows);
      fitting = matching(leg, trace.flow.proto, this.byServer?.near(leg, trace.flow.proto) ?? [], {});
      this.byTrace.set(trace, fitting);
    }
    const from = lowerBound(fitting, flow.first);
    let to = from;
    while (to < fitting.length && to - from < MOST_BEYOND && fitting[to]!.first <= flow.last + PROXY_WINDOW) to++;
    return fitting.slice(from, to).filter((other) => other !== flow);
  }
}

/** More connections than these do not begin at once. */
const MOST_BEYOND = 64;

/** @returns the index of the first flow that begins at `time` or later. */
function lowerBound(flows: readonly CapturedFlow[], time: number): number {
  let low = 0;
  let high = flows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (flows[middle]!.first < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function objections({ contradictions, missing }: CaptureEvidence): readonly string[] {
  return [...contradictions, ...(missing ? [missing.text] : [])];
}

/** What the snapshot cannot tell it does not rule out. */
function explains({ trace, evidence }: Placed, flow: CapturedFlow): boolean {
  return (trace.outcome === 'unknown' || evidence.shown === flow) && objections(evidence).length === 0;
}

/** @returns the question that a flow answers; none for protocols that are not traced and for addresses that mean many (multicast, broadcast). */
function requestOf(flow: CapturedFlow, host: Host): FlowRequest | undefined {
  const proto = PREDICTED.get(flow.proto);
  const { client, server, hops } = flow;
  if (proto === undefined || flow.outcome === 'one-way' || isGroup(server.ip)) return undefined;
  const [first] = hops;
  // only the namespace that sent it knows whose loopback address it is
  const here = first?.dir !== 'in' || isLoopback(client.ip) ? first?.netns : undefined;
  const from = here !== undefined && host.netns.has(here) && owns(host, here, client.ip) ? here : client.ip;
  return { from, to: server.ip, proto, src: client.ip, ...(server.port !== undefined && { dport: server.port }) };
}

function owns(host: Host, netns: string, ip: string): boolean {
  return (
    isLoopback(ip) ||
    (host.netns.get(netns)?.interfaces ?? []).some((iface) => iface.addresses.some((address) => formatIp(address.ip) === ip))
  );
}

function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1';
}

function isGroup(ip: string): boolean {
  const first = Number.parseInt(ip, 10);
  return ip.includes(':') ? ip.startsWith('ff') : first >= 224 || ip === '0.0.0.0';
}

import { formatIp } from '../address/ip.js';
import type { CaptureEvidence, CaptureSource, CapturedFlow, JudgedFlow } from '../model/capture.js';
import type { Host } from '../model/host.js';
import type { FlowProto, FlowRequest, Trace } from '../model/trace.js';
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
  const traces = new Map<string, Trace>();
  const traceOf = (request: FlowRequest): Trace => {
    const key = [request.from, request.to, request.src, request.proto, request.dport].join(' ');
    let trace = traces.get(key);
    if (trace === undefined) traces.set(key, (trace = predict(request)));
    return trace;
  };
  const beyond = new BeyondProxies(flows);
  const second = new Set<CapturedFlow>();
  return flows.map((flow): JudgedFlow => {
    const request = second.has(flow) ? undefined : requestOf(flow, host);
    if (request === undefined) return flow;
    const place = (asked: FlowRequest): CaptureEvidence => {
      const trace = traceOf(asked);
      return placeOnTrace(trace, { flows: [flow, ...beyond.after(trace, flow).filter((other) => !second.has(other))], sources }, {}, host);
    };
    const evidence = place(request);
    const { beyondProxy } = evidence;
    if (beyondProxy) second.add(beyondProxy);
    const impossible = evidence.shown === flow ? objections(evidence) : [];
    const explained = impossible.length > 0 && otherQuestions(flow, host).some((other) => explains(place(other), flow));
    return {
      ...flow,
      ...(impossible.length > 0 && !explained && { impossible }),
      ...(beyondProxy && { proxied: { client: beyondProxy.client, server: beyondProxy.server, outcome: beyondProxy.outcome } }),
    };
  });
}

/** The connections that proxies may have opened, found by time: captures may hold very many. */
class BeyondProxies {
  private readonly byTrace = new Map<Trace, readonly CapturedFlow[]>();

  constructor(private readonly flows: readonly CapturedFlow[]) {}

  /** @returns flows that fit a trace's second connection and begin while `flow` is alive, or soon after; none where it has no second one. */
  after(trace: Trace, flow: CapturedFlow): readonly CapturedFlow[] {
    let fitting = this.byTrace.get(trace);
    if (fitting === undefined) {
      const leg = predictedOf(trace).flatMap((p) => (p.leg === 1 ? [p.sighting] : []));
      fitting = matching(leg, trace.flow.proto, this.flows, { clientPort: true });
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

function explains(evidence: CaptureEvidence, flow: CapturedFlow): boolean {
  return evidence.shown === flow && objections(evidence).length === 0;
}

/**
 * What the host may really have asked for. Its own connection to a published port is translated before any interface shows it; but on a bridge the
 * answer is translated back before the host sees it, and so shows the address that was asked.
 */
function otherQuestions(flow: CapturedFlow, host: Host): readonly FlowRequest[] {
  const [first] = flow.hops;
  const proto = PREDICTED.get(flow.proto);
  if (proto === undefined || first?.netns !== 'host' || first.dir !== 'out') return [];
  const asked = new Set(flow.hops.filter((hop) => hop.reply && hop.netns === 'host' && hop.dst !== flow.client.ip).map((hop) => hop.dst));
  const ports = host.containers
    .filter(({ endpoints }) => endpoints.some(({ ip, ip6 }) => [ip, ip6].some((x) => x !== undefined && formatIp(x) === flow.server.ip)))
    .flatMap(({ published }) => published.filter((port) => port.proto === proto && port.containerPort === flow.server.port));
  return [...asked].flatMap((to) => ports.map(({ hostPort }): FlowRequest => ({ from: 'host', to, proto, dport: hostPort })));
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

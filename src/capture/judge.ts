import { formatIp } from '../address/ip.js';
import type { CaptureSource, CapturedFlow, JudgedFlow } from '../model/capture.js';
import type { Host } from '../model/host.js';
import type { FlowProto, FlowRequest, Trace } from '../model/trace.js';
import { placeOnTrace } from './place/evidence.js';
import { predictedOf } from './place/legs.js';

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
  const second = new Set<CapturedFlow>();
  return flows.map((flow): JudgedFlow => {
    const request = second.has(flow) ? undefined : requestOf(flow, host);
    if (request === undefined) return flow;
    const key = [request.from, request.to, request.proto, request.dport].join(' ');
    let trace = traces.get(key);
    if (trace === undefined) traces.set(key, (trace = predict(request)));
    const proxies = predictedOf(trace).some(({ leg }) => leg > 0);
    const candidates = proxies ? [flow, ...flows.filter((other) => other !== flow && !second.has(other))] : [flow];
    const evidence = placeOnTrace(trace, { flows: candidates, sources }, {}, host);
    const { beyondProxy, missing, contradictions } = evidence;
    if (beyondProxy) second.add(beyondProxy);
    const impossible = [...contradictions, ...(missing ? [missing.text] : [])];
    return {
      ...flow,
      ...(evidence.shown === flow && impossible.length > 0 && { impossible }),
      ...(beyondProxy && { proxied: { client: beyondProxy.client, server: beyondProxy.server, outcome: beyondProxy.outcome } }),
    };
  });
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

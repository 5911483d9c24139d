import { formatIp, isLoopback } from '../address/ip.js';
import { traceFlow, type Machine } from '../datapath/index.js';
import type { ExplanationLine } from '../model/explanation.js';
import type { PublishedPort } from '../model/host.js';
import type { FlowRequest, Trace } from '../model/trace.js';
import { line } from './subject.js';

/** How many senders are asked about one thing. */
const MOST_SENDERS = 12;
const MOST_FLOWS = 160;

/** Who may want to reach something: the internet, the host, and one container of each bridge. */
export function senders(machine: Machine): readonly string[] {
  const seen = new Set<string>();
  const containers: string[] = [];
  for (const ns of machine.namespaces.values()) {
    if (ns.isHost) continue;
    const bridges = ns.netns.interfaces.flatMap((i) => machine.peer(ns, i.name)?.iface.master ?? []).join(' ');
    const key = bridges === '' ? ns.name : bridges;
    if (seen.has(key)) continue;
    seen.add(key);
    containers.push(ns.name);
  }
  return ['internet', 'host', ...containers].slice(0, MOST_SENDERS);
}

/** @returns `from web: connected, …`. */
export function told(from: string, trace: Trace): ExplanationLine {
  return line(`from ${from}: ${trace.outcome} (${trace.reason})`, trace.decidedBy);
}

/** Asks the datapath who reaches a port of the host or of a container. */
export function whoReaches(machine: Machine, to: string, proto: 'tcp' | 'udp', dport: number, except?: string): ExplanationLine[] {
  return senders(machine)
    .filter((from) => from !== except)
    .map((from) => told(from, traceFlow(machine, { from, to, proto, dport })));
}

/** Whether a port is published to programs of the host alone. */
export function loopback({ hostIp }: PublishedPort): boolean {
  return hostIp !== undefined && isLoopback(hostIp);
}

/** Flows that a host of this shape may see, to find one that meets a rule. */
export function likelyFlows(machine: Machine): readonly FlowRequest[] {
  const published = machine.host.containers.flatMap((c) => (c.running ? c.published : []));
  const ports = published.flatMap((p): FlowRequest[] => {
    if (p.proto === 'sctp') return [];
    const to = p.hostIp === undefined ? 'host' : formatIp(p.hostIp);
    const flow = { to, proto: p.proto, dport: p.hostPort } as const;
    return loopback(p)
      ? [{ from: 'host', ...flow }]
      : [
          { from: 'internet', ...flow },
          { from: 'host', ...flow },
        ];
  });
  const names = [...machine.namespaces.values()]
    .filter((ns) => !ns.isHost)
    .map((ns) => ns.name)
    .slice(0, 8);
  const own = [...new Map(published.map((p) => [`${p.proto} ${p.containerPort}`, p])).values()].slice(0, 4);
  const among = names.flatMap((from) => names.filter((to) => to !== from).map((to): FlowRequest => ({ from, to })));
  const served = names.flatMap((to) =>
    own.flatMap((p): FlowRequest[] => (p.proto === 'sctp' ? [] : [{ from: 'internet', to, proto: p.proto, dport: p.containerPort }])),
  );
  const outside = names.flatMap((from): FlowRequest[] => [
    { from, to: 'internet' },
    { from, to: 'internet', proto: 'tcp', dport: 443 },
    { from, to: 'host', proto: 'tcp', dport: 22 },
    { from, to: '127.0.0.11', proto: 'udp', dport: 53 },
    { from, to: '127.0.0.11', proto: 'tcp', dport: 53 },
  ]);
  const host: FlowRequest[] = [
    { from: 'host', to: 'internet', proto: 'tcp', dport: 443 },
    { from: 'internet', to: 'host', proto: 'tcp', dport: 22 },
    { from: 'internet', to: 'host' },
    ...names.map((to): FlowRequest => ({ from: 'host', to })),
  ];
  const all = [...ports, ...outside, ...host, ...served, ...among];
  return [...new Map(all.map((flow) => [JSON.stringify(flow), flow])).values()].slice(0, MOST_FLOWS);
}

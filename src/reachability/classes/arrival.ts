import { type Ip, parseIp } from '../../address/ip.js';
import type { Range } from '../../address/ranges.js';
import type { NetnsState } from '../../datapath/index.js';
import type { FlowProto, Step } from '../../model/trace.js';
import { handsOver } from './handed-over.js';

/** @returns the ports of sockets and virtual servers that a packet for an address may come to. */
export function listeningPorts(ns: NetnsState, proto: FlowProto, dst: string): readonly Range[] {
  const ip = handsOver(ns) ? undefined : parseIp(dst);
  const isAsked = (own: Ip | undefined): boolean => ip === undefined || own === undefined || own === ip;
  const sockets = ns.netns.sockets.filter((s) => s.proto === proto && isAsked(s.ip)).map(({ port }) => port);
  const virtual = (ns.netns.virtualServers ?? []).flatMap(({ takes }) =>
    takes.by === 'address' && takes.proto === proto && takes.port !== 0 && isAsked(takes.ip) ? [takes.port] : [],
  );
  return [...new Set([...sockets, ...virtual])].map((port): Range => [port, port]);
}

/** @returns the packet as it came to a namespace's sockets, where no step says what became of it there: who takes it is not told, or IPVS does. */
export function arrivalUnnoted(steps: readonly Step[]): Step | undefined {
  let last: Step | undefined;
  for (const step of steps) {
    if (step.reply) continue;
    if (step.kind === 'route') last = step.result === 'local' || step.result === 'broadcast' ? step : undefined;
    else if (step.kind === 'deliver' || step.kind === 'error' || step.kind === 'drop') last = undefined;
    else if (last !== undefined) last = step;
  }
  return last;
}

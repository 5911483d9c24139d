import { contains, familyOf, parseIp, prefixOf, type Ip } from '../address/ip.js';
import type { Container } from '../model/host.js';
import type { NetInterface } from '../model/link.js';
import type { Origin } from '../model/origin.js';
import type { FlowRequest, Trace } from '../model/trace.js';
import { findContainer, splitDestination } from './endpoints.js';
import type { Machine } from './machine.js';

/** Why nobody is at an address, whatever the rules on the way say. */
interface Cause {
  readonly text: string;
  readonly origin: Origin;
}

const holds = (container: Container, ip: Ip): boolean => container.endpoints.some((e) => e.ip === ip || e.ip6 === ip);

/** A container that is not running, by its address or by the port that it would publish. */
function stoppedAt(machine: Machine, ip: Ip, { proto, dport }: Trace['flow']): Cause | undefined {
  const stopped = machine.host.containers.filter((c) => !c.running);
  const owner = machine.ownerOf(ip);
  const mine = owner === undefined ? stopped.find((c) => holds(c, ip)) : undefined;
  if (mine !== undefined) return { text: `${mine.name}, whose address that is, is not running`, origin: mine.origin };
  if (owner !== machine.root || dport === undefined) return undefined;
  const door = stopped.find((c) => c.published.some((p) => p.proto === proto && p.hostPort === dport && (p.hostIp ?? ip) === ip));
  return door && { text: `${door.name}, which publishes ${proto} port ${dport}, is not running`, origin: door.origin };
}

const hasNetwork = ({ addresses }: NetInterface, ip: Ip): boolean =>
  addresses.some((a) => familyOf(a.ip) === familyOf(ip) && contains(prefixOf(a.ip, a.prefixLength), ip));

/** A bridge that carries nothing, of whose network an address is. */
function bridgeDown({ root }: Machine, ip: Ip): Cause | undefined {
  const own = [...root.interfaces.values()].filter((i) => i.detail.kind === 'bridge' && hasNetwork(i, ip));
  const down = own.find((i) => !i.up);
  if (down !== undefined) return { text: `${down.name}, the bridge to that network, is down`, origin: down.origin };
  const idle = own.find((i) => !i.carrier && !(root.portsOf.get(i.name) ?? []).some((p) => root.interfaces.get(p.iface)?.up === true));
  return idle && { text: `no container is attached to ${idle.name}, the bridge to that network (NO-CARRIER)`, origin: idle.origin };
}

/** The address that the packet was for where its way ended: a translation may have given it another. */
function lastDestination({ flow, steps }: Trace): string | undefined {
  return steps.findLast((s) => !s.reply)?.packet.dst ?? flow.dst;
}

function causeOf(machine: Machine, trace: Trace): Cause | undefined {
  for (const text of new Set([lastDestination(trace), trace.flow.dst])) {
    const ip = text === undefined ? undefined : parseIp(text);
    if (ip === undefined) continue;
    const cause = stoppedAt(machine, ip, trace.flow) ?? (machine.root.hasAddress(ip) ? undefined : bridgeDown(machine, ip));
    if (cause !== undefined) return cause;
  }
  return undefined;
}

/** Who asks a container for a port that is one of the host's means the door that the host has. */
function publishedDoor(machine: Machine, { from, to }: FlowRequest, { flow: { proto, dport } }: Trace): string {
  const { name } = splitDestination(to);
  const container = findContainer(machine, name);
  const isOutside = /^(?:internet|lan)(?:@|$)/.test(from) || (parseIp(from) !== undefined && machine.ownerOf(parseIp(from)!) === undefined);
  const door = container?.published.find((p) => p.proto === proto && (p.hostPort === dport || (isOutside && p.containerPort === dport)));
  if (door === undefined) return '';
  return `; ${name} publishes its ${proto} port ${door.containerPort} as port ${door.hostPort} of the host: ask for --to host --port ${door.hostPort}`;
}

/**
 * Says why a flow does not arrive where that is not for the rules that it meets on its way: nobody is there.
 * @param trace as it was walked. @returns it with the cause as its reason, where one is known.
 */
export function withCause(machine: Machine, request: FlowRequest, trace: Trace): Trace {
  if (trace.outcome === 'connected' || trace.outcome === 'unknown' || trace.steps.length === 0) return trace;
  const cause = causeOf(machine, trace);
  if (cause !== undefined) return { ...trace, reason: `${cause.text}; ${trace.reason}`, decidedBy: cause.origin };
  const door = trace.outcome === 'leaves-host' ? '' : publishedDoor(machine, request, trace);
  return door === '' ? trace : { ...trace, reason: trace.reason + door };
}

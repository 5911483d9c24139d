import { contains, familyOf, parseIp, prefixOf, type Ip } from '../../address/ip.js';
import type { Container } from '../../model/host.js';
import type { NetInterface } from '../../model/link.js';
import type { Origin } from '../../model/origin.js';
import { outsideWord } from '../../model/outside.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import { findContainer, splitDestination } from './endpoints.js';
import type { Machine } from '../machine/machine.js';
import { publishedHint } from '../reasons/ends.js';
import { causeOf, wordsOf, type Reason } from '../reasons/reason.js';

/** Why nobody is at an address, whatever the rules on the way say. */
interface Nobody {
  readonly why: Extract<Reason, { kind: 'container-stopped' | 'network-down' | 'network-empty' }>;
  readonly origin: Origin;
}

const holds = (container: Container, ip: Ip): boolean => container.endpoints.some((e) => e.ip === ip || e.ip6 === ip);

/** Who does not run, and which bridges carry nothing: usually none, so that nothing is left to ask of a trace. */
interface Idle {
  readonly stopped: readonly Container[];
  readonly bridges: readonly NetInterface[];
}

const idleOf = new WeakMap<Machine, Idle>();

function idle(machine: Machine): Idle {
  const known = idleOf.get(machine);
  if (known !== undefined) return known;
  const stopped = machine.host.containers.filter((c) => !c.running);
  const bridges = [...machine.root.interfaces.values()].filter((i) => i.detail.kind === 'bridge' && (!i.up || carriesNothing(machine, i)));
  const made = { stopped, bridges };
  idleOf.set(machine, made);
  return made;
}

const carriesNothing = ({ root }: Machine, { name, carrier }: NetInterface): boolean =>
  !carrier && !(root.portsOf.get(name) ?? []).some((p) => root.interfaces.get(p.iface)?.up === true);

/** A container that is not running, by its address or by the port that it would publish. */
function stoppedAt(machine: Machine, ip: Ip, { proto, dport }: Trace['flow']): Nobody | undefined {
  const { stopped } = idle(machine);
  if (stopped.length === 0) return undefined;
  const owner = machine.ownerOf(ip);
  const mine = owner === undefined ? stopped.find((c) => holds(c, ip)) : undefined;
  if (mine !== undefined) return { why: { kind: 'container-stopped', name: mine.name }, origin: mine.origin };
  if (owner?.isHost !== true || dport === undefined) return undefined;
  const door = stopped.find((c) => c.published.some((p) => p.proto === proto && p.hostPort === dport && (p.hostIp ?? ip) === ip));
  return door && { why: { kind: 'container-stopped', name: door.name, publishes: { proto, port: dport } }, origin: door.origin };
}

const hasNetwork = ({ addresses }: NetInterface, ip: Ip): boolean =>
  addresses.some((a) => familyOf(a.ip) === familyOf(ip) && contains(prefixOf(a.ip, a.prefixLength), ip));

/** A bridge that carries nothing, of whose network an address is. */
function bridgeDown(machine: Machine, ip: Ip): Nobody | undefined {
  const own = idle(machine).bridges.filter((i) => hasNetwork(i, ip));
  const down = own.find((i) => !i.up);
  if (down !== undefined) return { why: { kind: 'network-down', bridge: down.name }, origin: down.origin };
  const empty = own.find((i) => carriesNothing(machine, i));
  return empty && { why: { kind: 'network-empty', bridge: empty.name }, origin: empty.origin };
}

/** The address that the packet was for where its way ended: a translation may have given it another. */
function lastDestination({ flow, steps }: Trace): string | undefined {
  return steps.findLast((s) => !s.reply)?.packet.dst ?? flow.dst;
}

function nobodyAt(machine: Machine, trace: Trace): Nobody | undefined {
  for (const text of new Set([lastDestination(trace), trace.flow.dst])) {
    const ip = text === undefined ? undefined : parseIp(text);
    if (ip === undefined) continue;
    const nobody = stoppedAt(machine, ip, trace.flow) ?? (machine.root.hasAddress(ip) ? undefined : bridgeDown(machine, ip));
    if (nobody !== undefined) return nobody;
  }
  return undefined;
}

/** Who asks a container for a port that is one of the host's means the door that the host has. */
function publishedDoor(machine: Machine, { from, to }: FlowRequest, { flow: { proto, dport } }: Trace): string {
  const { name } = splitDestination(to);
  const container = findContainer(machine, name);
  const isOutside = outsideWord(from) !== undefined || (parseIp(from) !== undefined && machine.ownerOf(parseIp(from)!) === undefined);
  const door = container?.published.find((p) => p.proto === proto && (p.hostPort === dport || (isOutside && p.containerPort === dport)));
  if (door === undefined) return '';
  return `; ${publishedHint(name, proto, door.containerPort, door.hostPort)}`;
}

/**
 * Says why a flow does not arrive where that is not for the rules that it meets on its way: nobody is there.
 * @param trace as it was walked. @returns it with that as its cause, where it is known.
 */
export function withNobody(machine: Machine, request: FlowRequest, trace: Trace): Trace {
  if (trace.outcome === 'connected' || trace.outcome === 'unknown' || trace.steps.length === 0) return trace;
  const nobody = nobodyAt(machine, trace);
  if (nobody !== undefined) {
    const cause = { ...causeOf(nobody.why), within: [...(trace.cause.within ?? []), trace.cause.kind] };
    return { ...trace, cause, reason: `${wordsOf(nobody.why)}; ${trace.reason}`, decidedBy: nobody.origin };
  }
  const door = trace.outcome === 'leaves-host' ? '' : publishedDoor(machine, request, trace);
  return door === '' ? trace : { ...trace, reason: trace.reason + door };
}

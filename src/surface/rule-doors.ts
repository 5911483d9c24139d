import { formatIp, isLoopback, type Ip } from '../address/ip.js';
import type { Range } from '../address/ranges.js';
import { type Machine, type Proto, doorsTo } from '../datapath/index.js';
import { standInsOf, withOwnNetns } from '../inventory/index.js';
import type { Container, ListeningSocket } from '../model/host.js';
import { containerAddresses } from './addresses.js';
import { hostDoors, listenersBehind, type Door } from './doors.js';
import { guestAt } from './listeners.js';
import type { HostService, PublishedService, RuleDoor } from './service.js';

/** More doors of one rule to one listener than this tell nothing new. */
const MOST_DOORS = 8;

type RuleService = PublishedService | HostService;

/** The ports of a door that lead to one behind it. */
function portsTo({ translation, ip, anyOwn, to }: Door, behind: number): readonly RuleDoor[] {
  const { rule, family } = translation;
  const knock = ([lo, hi]: Range): RuleDoor => ({
    rule,
    family,
    port: Number(lo),
    ...(hi > lo && { last: Number(hi) }),
    ...(anyOwn !== true && { at: ip }),
    ...(to !== undefined && isLoopback(to) && { toLoopback: true }),
  });
  return doorsTo(translation, behind).slice(0, MOST_DOORS).map(knock);
}

function throughDoor(
  container: Container,
  door: RuleDoor,
  proto: Proto,
  containerPort: number,
  listener: ListeningSocket | undefined,
): PublishedService {
  const { port: hostPort, family, at, rule } = door;
  const port = { proto, containerPort, hostPort, family, ...(at !== undefined && { hostIp: at }) };
  return { kind: 'published', container, port, proto, door, ...(listener && { listener }), origin: rule.origin };
}

/** The listeners of a container that a rule may lead to; where none are listed, the port that the rule itself names. */
function candidates(door: Door): readonly (readonly [Proto, number, ListeningSocket?])[] {
  const { translation, owner } = door;
  if (owner?.netns.sources.has('sockets') === true) return listenersBehind(door).map((s) => [s.proto, s.port, s] as const);
  const { toPorts, ports: [first] = [], protos } = translation;
  const [proto, ...others] = protos;
  const port = toPorts?.lo ?? (first !== undefined && first[0] === first[1] ? Number(first[0]) : undefined);
  return proto === undefined || others.length > 0 || port === undefined ? [] : [[proto, port] as const];
}

function toContainer(container: Container, door: Door): readonly RuleService[] {
  return candidates(door).flatMap(([proto, port, listener]) =>
    portsTo(door, port).map((front) => throughDoor(container, front, proto, port, listener)),
  );
}

/** The container that a stand-in's socket of the host answers for, by what the runtime publishes. */
function behindStandIn({ host }: Machine, { proto, port }: ListeningSocket): readonly [Container, number] | undefined {
  for (const container of host.containers) {
    const found = container.running ? container.published.find((p) => p.proto === proto && p.hostPort === port) : undefined;
    if (found !== undefined) return [container, found.containerPort];
  }
  return undefined;
}

function toHostSocket(machine: Machine, socket: ListeningSocket, door: RuleDoor): readonly RuleService[] {
  const { proto } = socket;
  const { origin } = door.rule;
  if (!standInsOf(machine.host).coversPublished(socket)) {
    const container = guestAt(machine, socket);
    return [{ kind: 'host', proto, listener: socket, door, ...(container && { container }), origin }];
  }
  const behind = behindStandIn(machine, socket);
  return behind === undefined ? [] : [throughDoor(behind[0], door, proto, behind[1], socket)];
}

function toHost(machine: Machine, door: Door): readonly RuleService[] {
  if (door.owner?.isHost !== true) return [];
  const isMoved = door.translation.to.kind === 'range';
  return listenersBehind(door).flatMap((socket) =>
    portsTo(door, socket.port)
      // a rule that keeps port and destination leads where the packet was going
      .filter(({ port }) => isMoved || port !== socket.port)
      .flatMap((front) => toHostSocket(machine, socket, front)),
  );
}

/** Containers that have namespaces of their own, by each address of theirs. */
function containersByAddress(machine: Machine): ReadonlyMap<Ip, readonly Container[]> {
  const found = new Map<Ip, Container[]>();
  for (const container of withOwnNetns(machine.host))
    for (const ip of new Set(containerAddresses(machine, container))) found.set(ip, [...(found.get(ip) ?? []), container]);
  return found;
}

function keyOf(service: RuleService): string {
  const { door, proto } = service;
  const end = service.kind === 'published' ? `${service.container.name} ${service.port.containerPort}` : `host ${service.listener.port}`;
  const at = door?.at === undefined ? '' : formatIp(door.at);
  return `${door?.rule.origin.file}:${door?.rule.origin.line} ${door?.rule.chain} ${door?.rule.text} ${proto} ${at} ${door?.port} ${end}`;
}

/** @returns what rules of the operator's (DNAT, REDIRECT, NETMAP) lead to, in containers and on the host. */
export function translatedServices(machine: Machine): readonly RuleService[] {
  const containers = containersByAddress(machine);
  const all = hostDoors(machine).flatMap((door) => {
    const there = door.to === undefined || isLoopback(door.to) ? [] : (containers.get(door.to) ?? []);
    return [...there.flatMap((container) => toContainer(container, door)), ...toHost(machine, door)];
  });
  return [...new Map(all.map((service) => [keyOf(service), service])).values()];
}

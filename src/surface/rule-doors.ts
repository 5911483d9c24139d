import { familyOf, formatIp, isLoopback, type Ip } from '../address/ip.js';
import type { Range } from '../address/ranges.js';
import { type Machine, type Proto, doorsTo, mappedFrom, type Translation } from '../datapath/index.js';
import { isDockersDoor, standInsOf, withOwnNetns } from '../inventory/index.js';
import type { Container, ListeningSocket, PublishedPort } from '../model/host.js';
import { containerAddresses } from './addresses.js';
import { guestAt } from './listeners.js';
import { familiesOf, type HostService, type PublishedService, type RuleDoor } from './service.js';

/** More doors of one rule to one listener than this tell nothing new. */
const MOST_DOORS = 8;

/** The one address to knock at, where a rule takes what comes for that alone. */
function soleDoor({ at: [first, ...others] = [] }: Translation): Ip | undefined {
  return first !== undefined && others.length === 0 && first[0] === first[1] ? first[0] : undefined;
}

/** Where to knock so that the rule leads to one of the addresses; `undefined` in the list: at the host's own. */
function doorAddresses(translation: Translation, addresses: readonly Ip[]): readonly (Ip | undefined)[] {
  const { to } = translation;
  const sole = soleDoor(translation);
  switch (to.kind) {
    case 'self':
      return [];
    case 'range':
      return addresses.some((ip) => familyOf(ip) === translation.family && ip >= to.lo && ip <= to.hi) ? [sole] : [];
    case 'netmap':
      return addresses.flatMap((ip) => mappedFrom(translation, ip)[0] ?? []);
  }
}

function doorsOf(translation: Translation, at: Ip | undefined, port: number): readonly RuleDoor[] {
  const { rule, family, to } = translation;
  const toLoopback = to.kind === 'range' && isLoopback(to.lo);
  const door = ([lo, hi]: Range): RuleDoor => ({
    rule,
    family,
    port: Number(lo),
    ...(hi > lo && { last: Number(hi) }),
    ...(at !== undefined && { at }),
    ...(toLoopback && { toLoopback }),
  });
  return doorsTo(translation, port).slice(0, MOST_DOORS).map(door);
}

function throughDoor(
  container: Container,
  door: RuleDoor,
  proto: Proto,
  containerPort: number,
  listener: ListeningSocket | undefined,
): PublishedService {
  const port: PublishedPort = {
    proto,
    containerPort,
    hostPort: door.port,
    family: door.family,
    ...(door.at !== undefined && { hostIp: door.at }),
  };
  return { kind: 'published', container, port, proto, door, ...(listener && { listener }), origin: door.rule.origin };
}

/** Whether Docker wrote the rule for a port that it publishes: then that port is the service. */
function isPublishing({ rule }: Translation, container: Container, door: RuleDoor, proto: Proto, port: number): boolean {
  return isDockersDoor(rule) && container.published.some((p) => p.proto === proto && p.containerPort === port && p.hostPort === door.port);
}

/** The listeners that a rule may lead to; where none are listed, the port that the rule itself names. */
function candidates(
  machine: Machine,
  container: Container,
  translation: Translation,
): readonly (readonly [Proto, number, ListeningSocket?])[] {
  const ns = machine.namespaces.get(container.netns)?.netns;
  if (ns?.sources.has('sockets') === true)
    return ns.sockets
      .filter((s) => !isLoopback(s.ip) && translation.protos.includes(s.proto) && familiesOf(s).includes(translation.family))
      .map((s) => [s.proto, s.port, s] as const);
  const { toPorts, ports: [first] = [], protos } = translation;
  const [proto, ...others] = protos;
  const port = toPorts?.lo ?? (first !== undefined && first[0] === first[1] ? Number(first[0]) : undefined);
  return proto === undefined || others.length > 0 || port === undefined ? [] : [[proto, port] as const];
}

/** A container with a namespace of its own, and its addresses. */
type Inhabited = readonly [Container, readonly Ip[]];

/** Containers that have namespaces of their own: all, and those that have an address. */
class Inhabitants {
  readonly all: readonly Inhabited[];
  private readonly byIp = new Map<Ip, Inhabited[]>();

  constructor(machine: Machine) {
    this.all = withOwnNetns(machine.host).map((container): Inhabited => [container, containerAddresses(machine, container)]);
    for (const one of this.all) for (const ip of new Set(one[1])) this.byIp.set(ip, [...(this.byIp.get(ip) ?? []), one]);
  }

  /** @returns those that a rule may lead to, and perhaps others. */
  reachedBy({ to }: Translation): readonly Inhabited[] {
    return to.kind === 'range' && to.lo === to.hi ? (this.byIp.get(to.lo) ?? []) : this.all;
  }
}

function inContainers(machine: Machine, inhabitants: Inhabitants, translation: Translation): readonly PublishedService[] {
  return inhabitants.reachedBy(translation).flatMap(([container, addresses]) =>
    doorAddresses(translation, addresses).flatMap((at) =>
      candidates(machine, container, translation).flatMap(([proto, port, listener]) =>
        doorsOf(translation, at, port)
          .filter((door) => !isPublishing(translation, container, door, proto, port))
          .map((door) => throughDoor(container, door, proto, port, listener)),
      ),
    ),
  );
}

/** Whether the host itself takes what the rule sends on, by the given socket. */
function takes(machine: Machine, { to }: Translation, socket: ListeningSocket): boolean {
  if (to.kind === 'netmap') return false;
  if (to.kind === 'self') return !isLoopback(socket.ip);
  if (to.lo !== to.hi) return false;
  return (isLoopback(to.lo) || machine.root.owns(to.lo)) && (socket.ip === undefined || socket.ip === to.lo);
}

function ofHost(machine: Machine, translation: Translation): readonly (PublishedService | HostService)[] {
  const { family } = translation;
  const sole = soleDoor(translation);
  const sockets = machine.root.netns.sockets.filter(
    (s) => translation.protos.includes(s.proto) && familiesOf(s).includes(family) && takes(machine, translation, s),
  );
  return sockets.flatMap((socket) =>
    doorsOf(translation, sole, socket.port)
      // a rule that keeps port and destination leads where the packet was going
      .filter((door) => door.port !== socket.port || translation.to.kind === 'range')
      .flatMap((door): readonly (PublishedService | HostService)[] => {
        if (!standInsOf(machine.host).coversPublished(socket)) {
          const container = guestAt(machine, socket);
          return [{ kind: 'host', proto: socket.proto, listener: socket, door, ...(container && { container }), origin: door.rule.origin }];
        }
        const [container, published] =
          machine.host.containers
            .filter((c) => c.running)
            .flatMap((c) => c.published.map((p) => [c, p] as const))
            .find(([, p]) => p.proto === socket.proto && p.hostPort === socket.port) ?? [];
        return container === undefined || published === undefined
          ? []
          : [throughDoor(container, door, socket.proto, published.containerPort, socket)];
      }),
  );
}

function keyOf(service: PublishedService | HostService): string {
  const { door, proto } = service;
  const end = service.kind === 'published' ? `${service.container.name} ${service.port.containerPort}` : `host ${service.listener.port}`;
  const at = door?.at === undefined ? '' : formatIp(door.at);
  return `${door?.rule.origin.file}:${door?.rule.origin.line} ${door?.rule.chain} ${door?.rule.text} ${proto} ${at} ${door?.port} ${end}`;
}

/** @returns what rules of the operator's (DNAT, REDIRECT, NETMAP) lead to, in containers and on the host. */
export function translatedServices(machine: Machine): readonly (PublishedService | HostService)[] {
  const inhabitants = new Inhabitants(machine);
  const all = machine.root.translations.flatMap((t) => [...inContainers(machine, inhabitants, t), ...ofHost(machine, t)]);
  return [...new Map(all.map((service) => [keyOf(service), service])).values()];
}

import { formatIp, isLoopback as isLoopbackAddress, parsePrefix, contains, type Family, type Ip, type Prefix } from '../../address/ip.js';
import type { Machine, Proto, Translation } from '../../datapath/index.js';
import { standInsOf } from '../../inventory/index.js';
import type { Container, DockerNetwork, Endpoint, ListeningSocket, PublishedPort } from '../../model/host.js';
import { isHostNetns } from '../../model/netns.js';
import type { Origin } from '../../model/origin.js';

export type { Proto };

/** What has to be asked for so that a rule of the operator's leads on. */
export interface RuleDoor {
  readonly rule: Translation['rule'];
  readonly family: Family;
  readonly port: number;
  /** Where every port up to this one does as well. */
  readonly last?: number;
  /** Absent: at the host's own addresses. */
  readonly at?: Ip;
  /** The rule sends on to 127.0.0.0/8. */
  readonly toLoopback?: true;
}

/** A port that Docker publishes for a container. */
export interface PublishedService {
  readonly kind: 'published';
  readonly container: Container;
  readonly port: PublishedPort;
  readonly proto: Proto;
  readonly listener?: ListeningSocket;
  /** Set where no publishing of Docker's but a rule of the operator's leads to the container. */
  readonly door?: RuleDoor;
  readonly origin: Origin;
}

/** A listener in a container's own namespace, at an address that others can send to. */
export interface ContainerService {
  readonly kind: 'container';
  readonly container: Container;
  readonly proto: Proto;
  readonly listener: ListeningSocket;
  readonly published: boolean;
  readonly origin: Origin;
}

/** A listener of the host that is not Docker's stand-in for a published port. */
export interface HostService {
  readonly kind: 'host';
  readonly proto: Proto;
  readonly listener: ListeningSocket;
  readonly container?: Container;
  /** A runtime's proxy, for a container that the snapshot does not show: a published port as far as is seen. */
  readonly forUnseen?: true;
  /** Set where a rule of the operator's leads to the listener from another port or address. */
  readonly door?: RuleDoor;
  readonly origin: Origin;
}

export type Service = PublishedService | ContainerService | HostService;

function prefixes(...texts: readonly string[]): readonly Prefix[] {
  return texts.map(parsePrefix).filter((p) => p !== undefined);
}

/** Addresses that the internet does not route (RFC 1918, 3927, 6598, 4193): only machines nearby can send to them. */
const PRIVATE = prefixes('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', 'fc00::/7', 'fe80::/10');

/** @returns whether an address is one that only the own namespace reaches. */
export function isLoopback(ip: Ip | undefined): boolean {
  return ip !== undefined && isLoopbackAddress(ip);
}

/** @returns whether the internet does not route to an address. */
export function isPrivate(ip: Ip): boolean {
  return PRIVATE.some((prefix) => contains(prefix, ip));
}

/** @returns running containers, one for each namespace of its own. */
export function ownNamespaces(machine: Machine): readonly Container[] {
  return machine.host.containers.filter((c) => c.running && c.netns === c.name);
}

function listenerFor(machine: Machine, container: Container, proto: Proto, port: number): ListeningSocket | undefined {
  const sockets = machine.namespaces.get(container.netns)?.netns.sockets ?? [];
  return sockets.find((s) => s.proto === proto && s.port === port && !isLoopback(s.ip));
}

/** @returns the ports that Docker publishes. */
export function publishedServices(machine: Machine): readonly PublishedService[] {
  return machine.host.containers
    .filter((c) => c.running)
    .flatMap((container) =>
      container.published.flatMap((port): PublishedService[] => {
        if (port.proto === 'sctp') return [];
        const listener = listenerFor(machine, container, port.proto, port.containerPort);
        return [{ kind: 'published', container, port, proto: port.proto, ...(listener && { listener }), origin: container.origin }];
      }),
    );
}

/** @returns listeners in containers, at their own addresses. */
export function containerServices(machine: Machine): readonly ContainerService[] {
  return ownNamespaces(machine).flatMap((container) => {
    const sockets = machine.namespaces.get(container.netns)?.netns.sockets ?? [];
    const sharing = machine.host.containers.filter((c) => c.running && c.netns === container.netns);
    const published = new Set(sharing.flatMap((c) => c.published.map((p) => `${p.proto} ${p.containerPort}`)));
    const seen = new Set<string>();
    return sockets.flatMap((listener): ContainerService[] => {
      const key = `${listener.proto} ${listener.port} ${listener.ip === undefined ? '' : formatIp(listener.ip)}`;
      if (isLoopback(listener.ip) || seen.has(key)) return [];
      seen.add(key);
      const isPublished = published.has(`${listener.proto} ${listener.port}`);
      return [{ kind: 'container', container, proto: listener.proto, listener, published: isPublished, origin: listener.origin }];
    });
  });
}

/** @returns whether a socket of the host is there for a published port: the port is the service then. */
export function isStandIn(machine: Machine, socket: ListeningSocket): boolean {
  return standInsOf(machine.host).coversPublished(socket);
}

/** @returns listeners of the host that are its own. */
export function hostServices(machine: Machine): readonly HostService[] {
  const guests = machine.host.containers.filter((c) => c.running && isHostNetns(c.netns));
  return machine.root.netns.sockets
    .filter((socket) => !isStandIn(machine, socket))
    .map((listener) => {
      const container = guests.find((c) => c.pid !== undefined && c.pid === listener.pid);
      const unseen = standInsOf(machine.host).of(listener) !== undefined;
      return {
        ...{ kind: 'host', proto: listener.proto, listener, origin: listener.origin },
        ...(container && { container }),
        ...(unseen && { forUnseen: true }),
      };
    });
}

/** @returns the port by which the service knows itself. */
export function ownPort(service: Service): number {
  return service.kind === 'published' ? service.port.containerPort : service.listener.port;
}

/** @returns the port to knock at. */
export function doorPort(service: Service): number {
  if (service.kind === 'published') return service.port.hostPort;
  return service.kind === 'host' && service.door !== undefined ? service.door.port : service.listener.port;
}

/** @returns the families that the service may be asked by. */
export function familiesOf(socket: ListeningSocket): readonly Family[] {
  return socket.family === 4 ? [4] : socket.dualStack ? [4, 6] : [6];
}

/** @returns a container's end on a network, by the network's id or name. */
export function endpointOn(container: Container, network: DockerNetwork): Endpoint | undefined {
  return container.endpoints.find((e) =>
    e.networkId === '' ? e.network === network.name : e.networkId === network.id || e.network === network.name,
  );
}

/** @returns the one address to ask for; undefined where every address of the host will do. */
export function boundTo(service: Service): Ip | undefined {
  switch (service.kind) {
    case 'published':
      return service.port.hostIp;
    case 'container':
      return service.listener.ip;
    case 'host':
      return service.door === undefined ? service.listener.ip : service.door.at;
  }
}

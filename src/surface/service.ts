import type { Family, Ip } from '../address/ip.js';
import type { Proto, Translation } from '../datapath/index.js';
import type { Container, ListeningSocket, PublishedPort } from '../model/host.js';
import type { Origin } from '../model/origin.js';

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

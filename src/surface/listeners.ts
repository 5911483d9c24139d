import { formatIp, isLoopback } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import { onHostNetns, standInsOf, withOwnNetns } from '../inventory/index.js';
import type { Container, ListeningSocket, Netns } from '../model/host.js';
import type { ContainerService, HostService, PublishedService } from './service.js';

/** @returns the listeners of a namespace that others than itself can ask for, one for each protocol, address and port. */
export function outwardListeners({ sockets }: Netns): readonly ListeningSocket[] {
  const found = new Map<string, ListeningSocket>();
  for (const socket of sockets) {
    const { proto, port, ip } = socket;
    const key = `${proto} ${port} ${ip === undefined ? '' : formatIp(ip)}`;
    if (!isLoopback(ip) && !found.has(key)) found.set(key, socket);
  }
  return [...found.values()];
}

function outwardListenersIn({ namespaces }: Machine, { netns }: Container): readonly ListeningSocket[] {
  const state = namespaces.get(netns);
  return state === undefined ? [] : outwardListeners(state.netns);
}

/** @returns the ports that the runtimes publish for containers that run. */
export function publishedServices(machine: Machine): readonly PublishedService[] {
  return machine.host.containers.flatMap((container) => {
    if (!container.running || container.published.length === 0) return [];
    const listeners = outwardListenersIn(machine, container);
    return container.published.flatMap((port): readonly PublishedService[] => {
      const { proto, containerPort } = port;
      if (proto === 'sctp') return [];
      const listener = listeners.find((s) => s.proto === proto && s.port === containerPort);
      return [{ kind: 'published', container, port, proto, ...(listener && { listener }), origin: container.origin }];
    });
  });
}

/** @returns listeners in containers, at their own addresses. */
export function containerServices(machine: Machine): readonly ContainerService[] {
  return withOwnNetns(machine.host).flatMap((container) => {
    const sharing = machine.host.containers.filter((c) => c.running && c.netns === container.netns);
    const ports = new Set(sharing.flatMap((c) => c.published.map((p) => `${p.proto} ${p.containerPort}`)));
    return outwardListenersIn(machine, container).map((listener): ContainerService => {
      const { proto, port, origin } = listener;
      return { kind: 'container', container, proto, listener, published: ports.has(`${proto} ${port}`), origin };
    });
  });
}

/** @returns the container on the host's network whose process a socket of the host is. */
export function guestAt({ host }: Machine, { pid, sharedBy }: ListeningSocket): Container | undefined {
  const holds = (one: number | undefined): boolean => one !== undefined && (one === pid || sharedBy?.has(one) === true);
  return onHostNetns(host).find(({ pid: own }) => holds(own));
}

/** @returns listeners of the host that are its own: where one is there for a published port, that port is the service. */
export function hostServices(machine: Machine): readonly HostService[] {
  const standIns = standInsOf(machine.host);
  return machine.root.netns.sockets
    .filter((socket) => !standIns.coversPublished(socket))
    .map((listener) => {
      const container = guestAt(machine, listener);
      return {
        ...{ kind: 'host', proto: listener.proto, listener, origin: listener.origin },
        ...(container && { container }),
        ...(standIns.of(listener) !== undefined && { forUnseen: true }),
      };
    });
}

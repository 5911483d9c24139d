import { append } from '../../address/append.js';
import { familyOf, formatIp, isLoopback, type Family, type Ip } from '../../address/ip.js';
import { type Machine, groupBy } from '../../datapath/index.js';
import type { Container, ListeningSocket, PublishedPort } from '../../model/host.js';
import { HOST_NETNS, isHostNetns } from '../../model/netns.js';
import type { MatrixService } from '../../model/reachability.js';
import {
  addressesOf,
  familiesOf,
  hostAddresses,
  hostServices,
  outwardListeners,
  publishedServices,
  type PublishedService,
} from '../../surface/index.js';
import { forwardedServices } from './forwarded.js';

function reaches(socket: ListeningSocket, ip: Ip): boolean {
  return socket.ip === undefined ? familiesOf(socket).includes(familyOf(ip)) : socket.ip === ip;
}

/** Listeners of a namespace as services, one a port. */
function byPort(listeners: readonly ListeningSocket[], target: string, addresses: readonly Ip[]): readonly MatrixService[] {
  return [...groupBy(listeners, ({ port, proto }) => `${port}/${proto}`)].flatMap(([key, sockets]): readonly MatrixService[] => {
    const { proto, port, origin } = sockets[0]!;
    const at = addresses.filter((ip) => sockets.some((s) => reaches(s, ip))).map(formatIp);
    return at.length === 0 ? [] : [{ name: `${target}:${key}`, kind: 'listener', target, proto, port, addresses: at, origin }];
  });
}

/** What the host keeps to its loopback, where it lets others in there (`route_localnet`: ip_route_input_slow). */
function loopbackListeners({ root }: Machine, listeners: readonly ListeningSocket[]): readonly MatrixService[] {
  const letsIn = [...root.interfaces.values()].some((i) => i.detail.kind !== 'loopback' && root.sysctls.either(i.name, 'route_localnet'));
  if (!letsIn) return [];
  return listeners.flatMap(({ ip, proto, port, origin }): readonly MatrixService[] => {
    if (typeof ip !== 'number' || !isLoopback(ip)) return [];
    const at = formatIp(ip);
    return [{ name: `${at}:${port}/${proto}`, kind: 'listener', target: 'host', proto, port, addresses: [at], origin }];
  });
}

const unspecified = (ip: Ip | undefined): boolean => ip === undefined || ip === 0 || ip === 0n;

/** The addresses of the host at which a published port is asked for: all of them, of each family that it is published on. */
function publishedAt(port: PublishedPort, own: readonly Ip[]): readonly Ip[] {
  if (!unspecified(port.hostIp)) return [port.hostIp!];
  const family: Family | undefined = port.family ?? (port.hostIp === undefined ? undefined : familyOf(port.hostIp));
  return own.filter((ip) => family === undefined || familyOf(ip) === family);
}

/** Docker lists a port once for each family; it is one service of its container at all its addresses. */
function published(container: Container, ports: readonly PublishedService[], own: readonly Ip[]): readonly MatrixService[] {
  const services = new Map<string, MatrixService>();
  for (const { proto, port, origin } of ports) {
    const at = publishedAt(port, own).map(formatIp);
    const bound = unspecified(port.hostIp) ? HOST_NETNS : formatIp(port.hostIp!);
    const name = `${bound.includes(':') ? `[${bound}]` : bound}:${port.hostPort}/${proto}`;
    const addresses = [...new Set([...(services.get(name)?.addresses ?? []), ...at])];
    if (addresses.length === 0) continue;
    const leadsTo = `${container.name}:${port.containerPort}`;
    services.set(name, { name, kind: 'published', target: container.name, proto, port: port.hostPort, addresses, leadsTo, origin });
  }
  return [...services.values()];
}

/** @returns everything of the host that can be asked for by name: listening sockets and published ports. */
export function listServices(machine: Machine): readonly MatrixService[] {
  const own = hostAddresses(machine);
  const ports = publishedServices(machine).filter(({ container }) => !isHostNetns(container.netns));
  const services = [...groupBy(ports, ({ container }) => container)].flatMap(([container, its]) => published(container, its, own));
  const taken = new Set(services.map((service) => service.name));
  const listeners = hostServices(machine).map(({ listener }) => listener);
  const outward = listeners.filter(({ ip }) => !isLoopback(ip));
  const ofHost = [...byPort(outward, HOST_NETNS, own), ...loopbackListeners(machine, listeners)];
  // what the rules for a published port take never gets to another listener of that port
  append(
    services,
    ofHost.filter((service) => !taken.has(service.name)),
  );
  const guests = [...machine.namespaces.values()].filter((ns) => !ns.isHost);
  const inside = guests.flatMap((ns) => byPort(outwardListeners(ns.netns), ns.name, addressesOf(ns)));
  const names = new Set([...services, ...inside].map((service) => service.name));
  return [...services, ...forwardedServices(machine, names), ...inside];
}

/** @returns for each namespace whose listeners are known, a service that stands for all its other ports. */
export function unlistenedServices(machine: Machine): readonly MatrixService[] {
  return [...machine.namespaces.values()].flatMap((ns) => {
    const addresses = (ns.isHost ? hostAddresses(machine) : addressesOf(ns)).map(formatIp);
    if (addresses.length === 0 || !ns.netns.sources.has('sockets')) return [];
    return (['tcp', 'udp'] as const).map((proto): MatrixService => ({
      name: `${ns.name}:other/${proto}`,
      kind: 'unlistened',
      target: ns.name,
      proto,
      addresses,
    }));
  });
}

import { familyOf, formatIp, isLoopback, type Family, type Ip } from '../../address/ip.js';
import { type Machine, addTo, type NetnsState } from '../../datapath/index.js';
import { standInsOf } from '../../inventory/index.js';
import type { Container, ListeningSocket, PublishedPort } from '../../model/host.js';
import { HOST_NETNS, isHostNetns } from '../../model/netns.js';
import type { MatrixService } from '../../model/reachability.js';
import { forwardedServices } from './forwarded.js';
import { addressesOf, hostAddresses } from './own-addresses.js';

function reaches(socket: ListeningSocket, ip: Ip): boolean {
  if (socket.ip !== undefined) return socket.ip === ip;
  return socket.family === familyOf(ip) || (socket.family === 6 && socket.dualStack);
}

/** The listeners of a namespace as services, one a port. */
function listeners(
  ns: NetnsState,
  target: string,
  addresses: readonly Ip[],
  isStandIn: (socket: ListeningSocket) => boolean,
): readonly MatrixService[] {
  const byPort = new Map<string, ListeningSocket[]>();
  for (const socket of ns.netns.sockets) {
    if (isStandIn(socket) || (socket.ip !== undefined && isLoopback(socket.ip))) continue;
    const key = `${socket.port}/${socket.proto}`;
    addTo(byPort, key, socket);
  }
  return [...byPort].flatMap(([key, sockets]): readonly MatrixService[] => {
    const { proto, port, origin } = sockets[0]!;
    const at = addresses.filter((ip) => sockets.some((s) => reaches(s, ip))).map(formatIp);
    return at.length === 0 ? [] : [{ name: `${target}:${key}`, kind: 'listener', target, proto, port, addresses: at, origin }];
  });
}

/** What the host keeps to its loopback, where it lets others in there (`route_localnet`: ip_route_input_slow). */
function loopbackListeners({ root }: Machine, isStandIn: (socket: ListeningSocket) => boolean): readonly MatrixService[] {
  const letsIn = [...root.interfaces.values()].some((i) => i.detail.kind !== 'loopback' && root.sysctls.either(i.name, 'route_localnet'));
  if (!letsIn) return [];
  return root.netns.sockets.flatMap((socket): readonly MatrixService[] => {
    const { ip, proto, port, origin } = socket;
    if (typeof ip !== 'number' || !isLoopback(ip) || isStandIn(socket)) return [];
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

/** Docker lists a port once for each family; it is one service at all its addresses. */
function published(container: Container, own: readonly Ip[]): readonly MatrixService[] {
  const services = new Map<string, MatrixService>();
  for (const port of container.published) {
    const { proto, hostPort, containerPort } = port;
    if (proto === 'sctp') continue;
    const at = publishedAt(port, own).map(formatIp);
    const bound = unspecified(port.hostIp) ? 'host' : formatIp(port.hostIp!);
    const name = `${bound.includes(':') ? `[${bound}]` : bound}:${hostPort}/${proto}`;
    const addresses = [...new Set([...(services.get(name)?.addresses ?? []), ...at])];
    if (addresses.length === 0) continue;
    services.set(name, {
      name,
      kind: 'published',
      target: container.name,
      proto,
      port: hostPort,
      addresses,
      leadsTo: `${container.name}:${containerPort}`,
      origin: container.origin,
    });
  }
  return [...services.values()];
}

/** @returns everything of the host that can be asked for by name: listening sockets and published ports. */
export function listServices(machine: Machine): readonly MatrixService[] {
  const own = hostAddresses(machine);
  const running = machine.host.containers.filter((c) => c.running);
  const services = running.filter((c) => !isHostNetns(c.netns)).flatMap((c) => published(c, own));
  const taken = new Set(services.map((service) => service.name));
  const standIns = standInsOf(machine.host);
  const isStandIn = (socket: ListeningSocket): boolean => standIns.coversPublished(socket);
  const ofHost = [...listeners(machine.root, HOST_NETNS, own, isStandIn), ...loopbackListeners(machine, isStandIn)];
  // what the rules for a published port take never gets to another listener of that port
  services.push(...ofHost.filter((service) => !taken.has(service.name)));
  const inside = [...machine.namespaces.values()].flatMap((ns) => (ns.isHost ? [] : listeners(ns, ns.name, addressesOf(ns), () => false)));
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

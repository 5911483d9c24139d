import { formatIp, formatPrefix, parseIp, prefixOf } from '../address/ip.js';
import { PROXY } from '../inventory/index.js';
import type { ListeningSocket, RunningProcess } from '../model/host.js';
import type { BridgePort, NetInterface, Route } from '../model/link.js';
import { isHostNetns } from '../model/netns.js';
import type { Problem } from '../model/origin.js';
import { append } from '../address/append.js';
import type { ListingReader } from './listing.js';
import { proxyCommand } from './parsers/ps.js';
import type { Parsed } from './parsers/source.js';

const MAIN = 254;

/** @returns what a file says, its problems noted; undefined where it is not there or broken. */
export function readOne<T>(reader: ListingReader, name: string, parse: (text: string, file: string) => Parsed<T>): T | undefined {
  const file = reader.file(name);
  const parsed = file && reader.parse(file, parse);
  append(reader.problems, parsed?.problems ?? []);
  return parsed?.data;
}

/** Adds to docker-proxy's sockets where it sends what it takes, from its own command line. */
export function withProxies(sockets: readonly ListeningSocket[], processes: readonly RunningProcess[]): readonly ListeningSocket[] {
  const proxies = processes.flatMap((process) => {
    const command = proxyCommand(process.command);
    return command === undefined ? [] : [{ ...command, process }];
  });
  if (proxies.length === 0) return sockets;
  return sockets.map((socket) => {
    const fits = proxies.filter((p) => p.proto === socket.proto && p.hostPort === socket.port);
    const found =
      fits.find((p) => p.process.pid === socket.pid || socket.sharedBy?.has(p.process.pid) === true) ??
      (socket.pid === undefined ? fits[0] : undefined);
    const ip = found && parseIp(found.containerIp);
    return found === undefined || ip === undefined
      ? socket
      : { ...socket, process: socket.process ?? PROXY, proxy: { ip, port: found.containerPort, origin: found.process.origin } };
  });
}

/** Above these, a user of a container's may be one that its user namespace maps; 65534 stands for one that the reader's does not (overflowuid). */
const PLAIN_USERS = 65_534;

function userId(user: string | undefined): number | undefined {
  return user === 'root' ? 0 : user !== undefined && /^\d{1,10}$/.test(user) ? Number(user) : undefined;
}

/**
 * Adds who may have opened a socket, by the users of the processes that hold it. What a listing of sockets says is kept, but
 * not where one of its users may be mapped: rules in a container's namespace count users as its user namespace does (owner_mt).
 * @param name the namespace's.
 */
export function withOpeners(
  sockets: readonly ListeningSocket[],
  processes: readonly RunningProcess[],
  name: string,
): readonly ListeningSocket[] {
  const users = new Map(processes.map(({ pid, user }) => [pid, userId(user)]));
  const isKnown = (uid: number | undefined): uid is number => uid !== undefined;
  const isMapped = !isHostNetns(name) && sockets.some(({ uids = [] }) => uids.some((uid) => uid >= PLAIN_USERS));
  return sockets.map(({ uids: told, ...socket }) => {
    const { pid, sharedBy = [] } = socket;
    const holders = pid === undefined ? [] : [pid, ...sharedBy].map((one) => users.get(one));
    const found = told ?? (holders.length > 0 ? [...new Set([...holders, 0])] : []);
    return !isMapped && found.length > 0 && found.every(isKnown) ? { ...socket, uids: found } : socket;
  });
}

/** Every namespace has `lo`; a listing that leaves it out was cut. */
export function withLoopback(interfaces: readonly NetInterface[], file: string): readonly NetInterface[] {
  if (interfaces.some((iface) => iface.name === 'lo')) return interfaces;
  const lo: NetInterface = {
    name: 'lo',
    index: 1,
    up: true,
    carrier: true,
    flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
    mtu: 65536,
    detail: { kind: 'loopback' },
    addresses: [{ ip: 0x7f000001, prefixLength: 8, scope: 'host', flags: [] }],
    origin: { file, line: 0 },
  };
  return [lo, ...interfaces];
}

/** The routes that the kernel adds for each address by itself (fib_add_ifaddr), where no listing shows routes. */
export function connectedRoutes(interfaces: readonly NetInterface[]): readonly Route[] {
  return interfaces
    .filter((iface) => iface.up && iface.detail.kind !== 'loopback')
    .flatMap((iface) =>
      iface.addresses
        .filter((a) => typeof a.ip === 'number' && a.prefixLength < 32 && !a.flags.includes('noprefixroute'))
        .map(({ ip, prefixLength }): Route => {
          const dst = prefixOf(ip, prefixLength);
          const text = `${formatPrefix(dst)} dev ${iface.name} proto kernel scope link src ${formatIp(ip)}`;
          const nexthops = [{ dev: iface.name, weight: 1, flags: [] }];
          return {
            ...{ family: 4, type: 'unicast', dst, table: MAIN, nexthops, prefsrc: ip, metric: 0, tos: 0 },
            ...{ scope: 'link', protocol: 'kernel', text, origin: iface.origin },
          };
        }),
    );
}

/** Routes that call a link down which another listing shows up: the two are of different moments, or one was typed by hand. */
export function linkdownProblems(routes: readonly Route[], interfaces: readonly NetInterface[]): Problem[] {
  const byName = new Map(interfaces.map((iface) => [iface.name, iface]));
  return routes.flatMap((route) =>
    route.nexthops.flatMap(({ dev, flags }): Problem[] => {
      const iface = byName.get(dev ?? '');
      if (iface === undefined || !iface.carrier || !flags.includes('linkdown')) return [];
      const message = `the route says that ${iface.name} has no link, ${iface.origin.file}:${iface.origin.line} that it has one: the latter is used, the listings are of different moments`;
      return [{ origin: route.origin, text: route.text, message, kind: 'contradiction' }];
    }),
  );
}

/** Ports that only the kernel's log shows. */
export function withLoggedPorts(ports: readonly BridgePort[], logged: readonly BridgePort[]): readonly BridgePort[] {
  const known = new Set(ports.map((port) => port.iface));
  return [...ports, ...logged.filter((port) => !known.has(port.iface) && port.state !== 'disabled')];
}

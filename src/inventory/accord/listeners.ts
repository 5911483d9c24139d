import { familyOf, formatIp, parseIp, type Family } from '../../address/ip.js';
import type { Container, Host, ListeningSocket, Netns, PublishedPort, RunningProcess } from '../../model/host.js';
import { isHostNetns, type NetnsName } from '../../model/netns.js';
import { ENGINE, PROXY } from '../docker.js';
import { swarmOf } from '../docker-info.js';
import { hasResolver } from '../native-rules.js';
import { socketKey, socketKeysOf } from '../socket-keys.js';

/** Docker's resolver, in the namespace of every container on a network that somebody made (libnetwork, resolver.go). */
const RESOLVER = parseIp('127.0.0.11');

function takes({ ip, family, dualStack }: ListeningSocket, wanted: PublishedPort['hostIp'], of: Family | undefined): boolean {
  if (ip !== undefined && wanted !== undefined) return ip === wanted;
  const asked = wanted === undefined ? of : familyOf(wanted);
  return asked === undefined || family === asked || dualStack;
}

const inWords = ({ hostIp, hostPort, proto, family }: PublishedPort): string =>
  `${hostIp === undefined ? (family === 6 ? '[::]:' : '') : `${formatIp(hostIp)}:`}${hostPort}/${proto}`;

/** Ports that Docker binds on the host for a container, by its proxy or by dockerd itself. */
function boundPorts({ running, netns, published, rootless, runtime }: Container): readonly PublishedPort[] {
  if (!running || isHostNetns(netns) || rootless === true || runtime !== undefined) return [];
  return published.filter(({ proto }) => proto !== 'sctp');
}

/** Sockets by protocol and port. */
function byPortOf(sockets: readonly ListeningSocket[]): ReadonlyMap<string, readonly ListeningSocket[]> {
  const found = new Map<string, ListeningSocket[]>();
  for (const socket of sockets) {
    const key = `${socket.proto} ${socket.port}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, [socket]);
    else known.push(socket);
  }
  return found;
}

/**
 * Docker's proxy listens at each published address; without it dockerd holds the port.
 * @returns the published ports without a socket, and whether any has one: Engines are known that bind none at all.
 */
function unheldPorts(
  { containers }: Host,
  sockets: readonly ListeningSocket[],
): { readonly lost: string | undefined; readonly some: boolean } {
  const ports = containers.flatMap(boundPorts);
  const byPort = byPortOf(sockets);
  const isHeld = ({ proto, hostPort, hostIp, family }: PublishedPort): boolean =>
    byPort.get(`${proto} ${hostPort}`)?.some((one) => takes(one, hostIp, family)) === true;
  const lost = ports.filter((port) => !isHeld(port));
  return { lost: lost[0] === undefined ? undefined : inWords(lost[0]), some: lost.length < ports.length };
}

/** @returns in a phrase, a published port whose socket is not listed while those of others are. */
export function lostPort(host: Host, { sockets }: Netns): string | undefined {
  const { lost, some } = unheldPorts(host, sockets);
  return lost !== undefined && some ? `it lacks the socket of published port ${lost}, and shows those of others` : undefined;
}

/** @returns in a phrase, that no published port has its socket, where there are some. */
export function lostPorts(host: Host, { sockets }: Netns): string | undefined {
  const { lost, some } = unheldPorts(host, sockets);
  return lost !== undefined && !some ? `it shows no socket of any published port, such as ${lost}` : undefined;
}

/** Which sockets of Docker's resolver a namespace lacks where it runs. */
function unheldResolver(host: Host, { name, sockets }: Netns): readonly ('tcp' | 'udp')[] {
  if (isHostNetns(name) || !hasResolver(host, name)) return [];
  const isResolver = ({ ip, process = ENGINE }: ListeningSocket): boolean => ip === RESOLVER && process === ENGINE;
  return (['udp', 'tcp'] as const).filter((proto) => !sockets.some((one) => isResolver(one) && one.proto === proto));
}

/** @returns in a phrase, the one of both sockets of Docker's resolver that is not shown, where the other is. */
export function halfResolver(host: Host, netns: Netns): string | undefined {
  const [lost, both] = unheldResolver(host, netns);
  return lost === undefined || both !== undefined ? undefined : `it lacks the ${lost} socket of Docker's resolver at 127.0.0.11`;
}

/** @returns in a phrase, that neither socket of Docker's resolver is shown where it runs. */
export function lostResolver(host: Host, netns: Netns): string | undefined {
  return unheldResolver(host, netns).length < 2 ? undefined : "it shows no socket of Docker's resolver, which listens at 127.0.0.11";
}

/** What dockerd listens on as a node of a swarm: gossip, and where it manages, the port that others know it by. */
function swarmPorts(host: Host): readonly (readonly ['tcp' | 'udp', number])[] {
  const swarm = swarmOf(host);
  if (swarm?.active !== true) return [];
  return [['tcp', 7946], ['udp', 7946], ...(swarm.managerPort === undefined ? [] : ([['tcp', swarm.managerPort]] as const))];
}

/** @returns in a phrase, a port of Swarm on which nothing is shown to listen; undefined where all have their sockets. */
export function lostSwarmPort(host: Host, { sockets }: Netns): string | undefined {
  const lost = swarmPorts(host).find(([proto, port]) => !sockets.some((one) => one.proto === proto && one.port === port));
  return lost === undefined ? undefined : `it lacks ${lost[0]} ${lost[1]}, on which ${ENGINE} listens in a swarm`;
}

/** `docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080 …` */
function proxyPort({ command }: RunningProcess): string | undefined {
  const [program = ''] = command;
  if (program.slice(program.lastIndexOf('/') + 1) !== PROXY) return undefined;
  const of = (flag: string): string | undefined => command[command.indexOf(flag) + 1];
  return command.includes('-host-port') && command.includes('-proto') ? `${of('-host-port') ?? ''}/${of('-proto') ?? ''}` : undefined;
}

/** @returns in a phrase, a proxy that runs and whose socket is not shown; undefined where each has its own. */
export function lostProxy({ processes = [], sockets }: Netns): string | undefined {
  const open = new Set(sockets.map(({ port, proto }) => `${port}/${proto}`));
  const lost = processes.flatMap((process) => proxyPort(process) ?? []).find((port) => !port.endsWith('/sctp') && !open.has(port));
  return lost === undefined ? undefined : `it lacks ${lost}, for which ${PROXY} runs`;
}

const showing = new WeakMap<Host, ReadonlyMap<string, readonly NetnsName[]>>();

/** @returns which namespaces besides the host's show a socket, by its key: found once. */
function showingOf(host: Host): ReadonlyMap<string, readonly NetnsName[]> {
  const known = showing.get(host);
  if (known !== undefined) return known;
  const found = new Map<string, NetnsName[]>();
  for (const netns of host.netns.values()) {
    if (isHostNetns(netns.name)) continue;
    for (const key of socketKeysOf(netns)) {
      const names = found.get(key);
      if (names === undefined) found.set(key, [netns.name]);
      else names.push(netns.name);
    }
  }
  showing.set(host, found);
  return found;
}

/** @returns a namespace whose processes the listing shows, with a process that listens in another by the same socket, in a phrase. */
export function sharedSocket(host: Host, { name, sockets }: Netns): string | undefined {
  const shown = showingOf(host);
  for (const socket of sockets) {
    const other = shown.get(socketKey(socket) ?? '')?.find((one) => one !== name);
    if (other !== undefined)
      return `it shows ${socket.process ?? 'a process'} (pid ${socket.pid ?? 0}) on ${socket.proto} ${socket.port}, as the listing of ${other} does`;
  }
  return undefined;
}

/** The dockerd that most listings of a host show: one process, in whichever namespace its sockets are. */
function countEngine({ netns }: Host): number | undefined {
  const counts = new Map<number, number>();
  for (const { sockets } of netns.values())
    for (const pid of new Set(sockets.flatMap((one) => (one.process === ENGINE && one.pid !== undefined ? [one.pid] : []))))
      counts.set(pid, (counts.get(pid) ?? 0) + 1);
  const [most, next] = [...counts].sort(([, a], [, b]) => b - a);
  return most === undefined || most[1] === next?.[1] ? undefined : most[0];
}

const engines = new WeakMap<Host, { readonly pid: number | undefined }>();

/** @returns its process, found once. */
function engineOf(host: Host): number | undefined {
  let known = engines.get(host);
  if (known === undefined) engines.set(host, (known = { pid: countEngine(host) }));
  return known.pid;
}

/** @returns in a phrase, that a container's resolver is of another dockerd than the other listings show; undefined where it is not. */
export function otherEngine(host: Host, { name, sockets }: Netns): string | undefined {
  if (isHostNetns(name)) return undefined;
  const own = sockets.find(({ process, pid }) => process === ENGINE && pid !== undefined);
  const pid = own === undefined ? undefined : engineOf(host);
  if (own === undefined || pid === undefined || own.pid === pid) return undefined;
  return `it shows ${ENGINE} as process ${own.pid ?? 0}, and the other listings as ${pid}`;
}

import { formatIp, parseIp, isLoopback } from '../../address/ip.js';
import { hasCause, type Machine } from '../../datapath/index.js';
import { containersCalled, ENGINE } from '../../inventory/index.js';
import type { AccountEnd } from '../../model/account.js';
import type { Container, PublishedPort } from '../../model/host.js';
import { HOST_NETNS, isHostNetns } from '../../model/netns.js';
import type { Trace } from '../../model/trace.js';

/** More ports than this tell nobody which one was meant. */
const MOST_PORTS = 8;

const OUTSIDE: Pick<AccountEnd, 'kind' | 'networks' | 'published' | 'listens'> = {
  kind: 'outside',
  networks: [],
  published: [],
  listens: [],
};

/** `web:80`, `host` → what stands before the port, where the name is no address. */
function bare(name: string): string {
  return parseIp(name) === undefined ? name.replace(/:\d+$/, '').replace(/@[^@]*$/, '') : name;
}

/** The container of a namespace that is not the host's. */
function containerIn({ host }: Machine, netns: string): Container | undefined {
  return isHostNetns(netns) ? undefined : host.containers.find((one) => one.running && one.netns === netns);
}

/** @returns the container that an end of a question means, by its name or one of its addresses. */
export function containerAt(machine: Machine, name: string): Container | undefined {
  const ip = parseIp(bare(name));
  if (ip === undefined) {
    const found = containersCalled(machine.host.containers, bare(name));
    return found.length === 1 ? found[0] : containerIn(machine, bare(name));
  }
  return containerIn(machine, machine.ownerOf(ip)?.name ?? HOST_NETNS);
}

function bind({ hostIp, hostPort }: PublishedPort): string {
  if (hostIp === undefined) return String(hostPort);
  const at = formatIp(hostIp);
  return `${at.includes(':') ? `[${at}]` : at}:${hostPort}`;
}

function listensIn(machine: Machine, netns: string, { cause, flow }: Trace): readonly number[] {
  if (!hasCause(cause, 'no-listener')) return [];
  const own = machine.namespaces.get(netns)?.netns.sockets ?? [];
  const sockets = own.filter((socket) => socket.proto === flow.proto && socket.process !== ENGINE && !isLoopback(socket.ip));
  return [...new Set(sockets.map(({ port }) => port))].sort((a, b) => a - b).slice(0, MOST_PORTS);
}

/** Where else in a namespace the port that was asked for is open, or held for a container. */
function elsewhere(machine: Machine, netns: string, { cause, flow }: Trace): { readonly elsewhere?: readonly string[] } {
  const sockets = hasCause(cause, 'no-listener') ? (machine.namespaces.get(netns)?.netns.sockets ?? []) : [];
  const alike = sockets.filter(({ proto, port }) => proto === flow.proto && port === flow.dport);
  const places = alike.map(({ ip, dev, family }) => (ip !== undefined ? formatIp(ip) : (dev ?? `IPv${family}`)));
  return places.length === 0 ? {} : { elsewhere: [...new Set(places)].slice(0, MOST_PORTS) };
}

/** @returns whether all networks that a container is on are internal: none of them leads out of the host. */
export function hasNoWayOut({ host }: Machine, { endpoints }: Container): boolean {
  const own = endpoints.map(({ network }) => host.networks.find(({ name }) => name === network));
  return own.length > 0 && own.every((network) => network?.internal === true);
}

function ofContainer(machine: Machine, name: string, container: Container, trace: Trace): AccountEnd {
  const { proto, dport } = trace.flow;
  const ports = container.published.filter((port) => port.proto === proto && port.containerPort === dport);
  return {
    name,
    ...(bare(name) !== container.name && { called: container.name }),
    kind: isHostNetns(container.netns) ? 'host' : 'container',
    networks: container.endpoints.map(({ network }) => network),
    published: [...new Set(ports.map(bind))],
    listens: listensIn(machine, container.netns, trace),
    ...elsewhere(machine, container.netns, trace),
    ...(hasNoWayOut(machine, container) && { noWayOut: true as const }),
  };
}

/** @returns where an end of a question is. */
export function endOf(machine: Machine, name: string, trace: Trace): AccountEnd {
  const container = containerAt(machine, name);
  if (container !== undefined) return ofContainer(machine, name, container, trace);
  const ip = parseIp(bare(name));
  const isLoop = bare(name) === 'localhost' || isLoopback(ip);
  // who asks for a loopback address asks itself
  const asker = isLoop ? containerIn(machine, trace.steps[0]?.netns ?? HOST_NETNS) : undefined;
  if (asker !== undefined) return ofContainer(machine, name, asker, trace);
  const isHost =
    isLoop ||
    isHostNetns(bare(name)) ||
    bare(name) === machine.host.meta.hostname ||
    (ip !== undefined && isHostNetns(machine.ownerOf(ip)?.name));
  if (isHost)
    return { ...OUTSIDE, name, kind: 'host', listens: listensIn(machine, HOST_NETNS, trace), ...elsewhere(machine, HOST_NETNS, trace) };
  return { ...OUTSIDE, name };
}

/** @returns who has the packet in the end, where that is another than was asked for. */
export function targetOf(machine: Machine, trace: Trace): AccountEnd | undefined {
  const led = trace.steps.some((step) => !step.reply && (step.kind === 'proxy' || (step.kind === 'nat' && step.manip === 'dst')));
  const last = led ? trace.steps.findLast((step) => !step.reply) : undefined;
  const ip = last === undefined ? undefined : parseIp(last.packet.dst);
  if (ip === undefined) return undefined;
  const container = containerIn(machine, machine.ownerOf(ip)?.name ?? HOST_NETNS);
  return container === undefined ? undefined : ofContainer(machine, container.name, container, trace);
}

import { familyOf, parseIp, type Ip } from '../../address/ip.js';
import type { Host, PublishedPort } from '../../model/host.js';
import { HOST_NETNS } from '../../model/netns.js';
import { refuse, type Change } from '../change.js';

/** A port of a container that is to be published, before a port of the host is chosen for it. */
export interface PortWish {
  readonly proto: PublishedPort['proto'];
  readonly containerPort: number;
  readonly hostIp?: Ip;
  /** From where to where Docker may choose; absent: from the ports that are given out to anyone. */
  readonly host?: readonly [number, number];
  readonly text: string;
}

const FORM = 'write [IP:][HOST:]CONTAINER[/PROTO]';

function portRange(change: Change, text: string, whole: string): readonly [number, number] {
  const [, lo = '', hi = lo] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? refuse(change, `"${whole}" is no port to publish: ${FORM}`);
  const [from, to] = [Number(lo), Number(hi)];
  return to <= 65535 && from <= to ? [from, to] : refuse(change, `"${whole}" is no port to publish: ${FORM}, numbers up to 65535`);
}

function protoOf(change: Change, proto: string, whole: string): PublishedPort['proto'] {
  const known = proto.toLowerCase();
  if (known === 'tcp' || known === 'udp' || known === 'sctp') return known;
  return refuse(change, `protocol "${proto}" of "${whole}" is not tcp, udp or sctp`);
}

/** `[IP:][HOST:]CONTAINER[/PROTO]`, either side a range (nat.ParsePortSpec, splitParts). */
export function readPublish(change: Change, text: string): readonly PortWish[] {
  const [ports = '', word = 'tcp'] = text.split('/');
  const proto = protoOf(change, word, text);
  const parts = ports.split(':');
  const container = parts.pop() ?? '';
  const host = parts.pop() ?? '';
  const address = parts.join(':').replace(/^\[|\]$/g, '');
  const ip = address === '' ? undefined : (parseIp(address) ?? refuse(change, `"${address}" is no address`));
  const [from, to] = portRange(change, container, text);
  const base = { proto, text, ...(ip !== undefined && { hostIp: ip }) };
  const each = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  if (host === '') return each.map((containerPort) => ({ ...base, containerPort }));
  const [hostFrom, hostTo] = portRange(change, host, text);
  if (from === to) return [{ ...base, containerPort: from, host: [hostFrom, hostTo] }];
  if (hostTo - hostFrom !== to - from) refuse(change, `the ranges of "${text}" are not of one length`);
  return each.map((containerPort, i) => ({ ...base, containerPort, host: [hostFrom + i, hostFrom + i] }));
}

/** `--expose PORT[-PORT][/PROTO]`, as `docker inspect` lists them: 80/tcp. */
export function readExpose(change: Change, text: string): readonly string[] {
  const [port = '', word = 'tcp'] = text.split('/');
  const [from, to] = portRange(change, port, text);
  const proto = protoOf(change, word, text);
  return Array.from({ length: to - from + 1 }, (_, i) => `${from + i}/${proto}`);
}

const meets = (a: Ip | undefined, b: Ip | undefined): boolean => {
  const any = (ip: Ip | undefined): boolean => ip === undefined || ip === 0 || ip === 0n;
  return any(a) || any(b) || a === b;
};

/** @returns who holds a port of the host; undefined where it is free. */
function holder(host: Host, wish: PortWish, port: number, given: readonly PublishedPort[]): string | undefined {
  const socket = host.netns
    .get(HOST_NETNS)
    ?.sockets.find((s) => s.proto === wish.proto && s.port === port && (s.ip === undefined || meets(s.ip, wish.hostIp)));
  if (socket !== undefined) return `${socket.process ?? 'another socket'} (${socket.origin.file}:${socket.origin.line})`;
  const isTaken = (p: PublishedPort): boolean => p.proto === wish.proto && p.hostPort === port && meets(p.hostIp, wish.hostIp);
  if (given.some(isTaken)) return 'the container itself';
  return host.containers.find((c) => c.running && c.published.some(isTaken))?.name;
}

/** ip_local_port_range, from which Docker gives out ports that nobody named (portallocator). */
function ownRange(host: Host): readonly [number, number] {
  const set = host.netns.get(HOST_NETNS)?.sysctl.get('net.ipv4.ip_local_port_range')?.value.trim().split(/\s+/).map(Number);
  const [from = 32768, to = 60999] = set ?? [];
  return [from, to];
}

/**
 * Chooses ports of the host as Docker would: the first that is free.
 * @param binding the address where those are published that name none.
 */
export function allocate(change: Change, host: Host, wishes: readonly PortWish[], binding: Ip | undefined): readonly PublishedPort[] {
  const given: PublishedPort[] = [];
  for (const wish of wishes) {
    const at = wish.hostIp ?? binding;
    const asked = { ...wish, ...(at !== undefined && { hostIp: at }) };
    const { hostIp } = wish;
    const [from, to] = wish.host ?? ownRange(host);
    let port = from;
    while (port < to && holder(host, asked, port, given) !== undefined) port++;
    const other = holder(host, asked, port, given);
    if (other !== undefined)
      refuse(
        change,
        from === to ? `port ${port}/${wish.proto} of the host is taken by ${other}` : `every port from ${from} to ${to} is taken`,
      );
    if (wish.host === undefined)
      change.tell?.(`"${wish.text}" leaves the port of the host to Docker, which takes one of ${from} to ${to}: ${port} stands for it`);
    const isAny = hostIp === 0 || hostIp === 0n;
    given.push({
      proto: wish.proto,
      containerPort: wish.containerPort,
      hostPort: port,
      ...(hostIp !== undefined && (isAny ? { family: familyOf(hostIp) } : { hostIp, family: familyOf(hostIp) })),
    });
  }
  return given;
}

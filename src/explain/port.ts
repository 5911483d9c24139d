import { formatIp } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import type { Explanation, ExplanationLine } from '../model/explanation.js';
import type { ListeningSocket, PublishedPort } from '../model/host.js';
import { standInsOf } from '../inventory/index.js';
import { HOST_NETNS } from '../model/netns.js';
import { PROTO } from '../model/packet.js';
import { namesPort } from '../netfilter/index.js';
import { rulesThat } from './every-rule.js';
import { knownPort } from './known-ports.js';
import { whoReaches } from './reach.js';
import { explanation, line, section } from './subject.js';

type Proto = 'tcp' | 'udp';

function where(socket: ListeningSocket): string {
  if (socket.ip !== undefined) return formatIp(socket.ip);
  return socket.dualStack ? 'all addresses (IPv4 and IPv6)' : `all ${socket.family === 4 ? 'IPv4' : 'IPv6'} addresses`;
}

function listenerLines(machine: Machine, port: number, proto: Proto): ExplanationLine[] {
  return [...machine.namespaces.values()].flatMap((ns) =>
    ns.netns.sockets
      .filter((s) => s.port === port && s.proto === proto)
      .map((s) => {
        const local = s.ip !== undefined && typeof s.ip === 'number' && s.ip >>> 24 === 127;
        const open = s.ip === undefined ? ': whoever can send to any address of it reaches this, unless a rule forbids it' : '';
        const who = local ? ': only this namespace itself can reach it' : open;
        return line(`${s.process ?? 'a process that is not named'} in ${ns.name}, on ${where(s)}${who}`, s.origin);
      }),
  );
}

function address(p: PublishedPort): string {
  return p.hostIp === undefined ? 'all addresses' : formatIp(p.hostIp);
}

function publishedLines(machine: Machine, port: number, proto: Proto): ExplanationLine[] {
  return machine.host.containers.flatMap((c) => {
    const how = c.running ? 'publishes' : 'is not running; it would publish';
    const meant = c.published.filter((p) => p.proto === proto && (p.hostPort === port || p.containerPort === port));
    // Docker lists a port once for each family
    const said = meant.map((p) => `${c.name} ${how} its port ${p.containerPort} as port ${p.hostPort} of the host, on ${address(p)}`);
    return [...new Set(said)].map((text) => line(text, c.origin));
  });
}

function proxyLines(machine: Machine, port: number, proto: Proto): ExplanationLine[] {
  return machine.root.netns.sockets
    .filter((s) => s.port === port && s.proto === proto && standInsOf(machine.host).of(s)?.duty === 'proxy')
    .slice(0, 1)
    .flatMap((s) => [
      line(
        'docker-proxy holds the port for a container: what reaches it by no DNAT rule (from 127.0.0.1, say) it takes itself, and opens a second connection to the container',
        s.origin,
      ),
      ...(s.proxy === undefined
        ? []
        : [line(`its command line says that it dials ${formatIp(s.proxy.ip)}:${s.proxy.port}`, s.proxy.origin)]),
    ]);
}

function connectionLines(machine: Machine, port: number, proto: Proto): ExplanationLine[] {
  return [...machine.namespaces.values()].flatMap((ns) =>
    (ns.netns.connections ?? [])
      .filter((c) => c.proto === proto && c.local.port === port)
      .map((c) => line(`${c.remote.ip}:${c.remote.port} is connected to ${c.process ?? 'it'} (${c.state})`, c.origin)),
  );
}

function target(machine: Machine, port: number, proto: Proto): string {
  const onHost =
    machine.root.netns.sockets.some((s) => s.port === port && s.proto === proto) ||
    machine.host.containers.some((c) => c.published.some((p) => p.hostPort === port && p.proto === proto));
  if (onHost) return 'host';
  return (
    [...machine.namespaces.values()].find((ns) => ns.netns.sockets.some((s) => s.port === port && s.proto === proto))?.name ?? HOST_NETNS
  );
}

/** Whether anything in the snapshot has to do with a port. */
export function portIsKnown(machine: Machine, port: number): boolean {
  return (
    [...machine.namespaces.values()].some((ns) => ns.netns.sockets.some((s) => s.port === port)) ||
    machine.host.containers.some((c) => c.published.some((p) => p.hostPort === port || p.containerPort === port))
  );
}

function explainOne(machine: Machine, port: number, proto: Proto): Explanation {
  const listeners = listenerLines(machine, port, proto);
  const published = publishedLines(machine, port, proto);
  const known = knownPort(port, proto);
  const to = target(machine, port, proto);
  const holder =
    listeners.length === 0
      ? published.length === 0
        ? 'nothing in the snapshot listens on it'
        : 'a published port'
      : `${listeners.length === 1 ? 'one listener' : `${listeners.length} listeners`}`;
  const sections = [
    section('Who listens?', listeners),
    section('Who publishes it?', published),
    section('What is docker-proxy doing there?', proxyLines(machine, port, proto)),
    section(
      'Which rules name it?',
      rulesThat(machine, (facts, predicate) => namesPort(facts, predicate, port, PROTO[proto === 'tcp' ? 'TCP' : 'UDP'])),
    ),
    section('Who is connected?', connectionLines(machine, port, proto)),
    section(`Who reaches it on ${to}?`, whoReaches(machine, to, proto, port, to)),
  ];
  return explanation(
    'port',
    `${port}/${proto}`,
    `${port}/${proto} is ${known === undefined ? 'a port without a meaning of its own here' : known}; ${holder}.`,
    sections,
  );
}

/** @returns what a port is for, who listens on it and who reaches it, for each protocol that the snapshot knows it by. */
export function explainPort(machine: Machine, port: number, proto: Proto | undefined): readonly Explanation[] {
  const both = (['tcp', 'udp'] as const).filter(
    (p) => (proto ?? p) === p && (listenerLines(machine, port, p).length > 0 || publishedLines(machine, port, p).length > 0),
  );
  return (both.length > 0 ? both : [proto ?? 'tcp']).map((p) => explainOne(machine, port, p));
}

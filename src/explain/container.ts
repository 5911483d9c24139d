import { formatIp } from '../address/ip.js';
import { traceFlow, type Machine } from '../datapath/index.js';
import type { Explanation, ExplanationLine } from '../model/explanation.js';
import type { Container } from '../model/host.js';
import { isHostNetns, type NetnsName } from '../model/netns.js';
import { loopback, told } from './reach.js';
import { explanation, line, nameOf, section } from './subject.js';

/** A container of docker inspect, or a namespace that only its own files show. */
export interface ContainerSubject {
  readonly name: string;
  readonly netns: NetnsName;
  readonly container?: Container;
}

function homeWords({ netns, container }: ContainerSubject): string {
  if (isHostNetns(netns)) return "shares the host's own network namespace: its ports are the host's, and no bridge lies between";
  if (container !== undefined && netns !== container.name)
    return `shares the network namespace of ${netns}: both have the same addresses, ports and rules`;
  return 'has a network namespace of its own: its own interfaces, routes, rules and ports';
}

function cables(machine: Machine, netns: string): ExplanationLine[] {
  const ns = machine.namespaces.get(netns);
  if (ns === undefined || ns.isHost) return [];
  return [...ns.interfaces.values()]
    .filter((iface) => iface.detail.kind !== 'loopback')
    .map((iface) => {
      const addresses = iface.addresses.filter((a) => a.scope !== 'link').map((a) => `${formatIp(a.ip)}/${a.prefixLength}`);
      const peer = machine.peer(ns, iface.name);
      const bridge = peer === undefined ? undefined : machine.root.ports.get(peer.iface.name)?.bridge;
      const to =
        peer === undefined ? '' : `, by a cable to ${nameOf(peer)}${bridge === undefined ? '' : `, a port of the bridge ${bridge}`}`;
      return line(`${iface.name} has ${addresses.join(', ') || 'no address'}${to}`, iface.origin);
    });
}

function networkLines(machine: Machine, container: Container | undefined): ExplanationLine[] {
  return (container?.endpoints ?? []).map((e) => {
    const network = machine.host.networks.find((n) => n.id === e.networkId || n.name === e.network);
    const aliases = e.aliases.length === 0 ? '' : `; others of the network find it as ${e.aliases.join(', ')}`;
    const ip = e.ip ?? e.ip6;
    return line(
      `${e.network}${network?.internal === true ? ' (internal)' : ''}${ip === undefined ? '' : `, as ${formatIp(ip)}`}${aliases}`,
      container?.origin,
    );
  });
}

function resolverLines(machine: Machine, { netns, container }: ContainerSubject): ExplanationLine[] {
  const ns = machine.namespaces.get(netns);
  const listed = (ns?.netns.resolvers ?? []).map((r) =>
    line(
      `${formatIp(r.ip)}${r.ip === 0x7f00000b ? ": Docker's own name server, which knows the containers of the same networks by name" : ''}`,
      r.origin,
    ),
  );
  if (listed.length > 0) return listed;
  const rules = ns?.netns.rulesets.some((set) => set.tables.get('nat')?.chains.has('DOCKER_OUTPUT') === true) === true;
  if (rules) return [line("127.0.0.11: Docker's own name server; rules of this namespace lead its port 53 to where it listens")];
  const onlyDefault = container !== undefined && container.endpoints.length > 0 && container.endpoints.every((e) => e.network === 'bridge');
  return onlyDefault ? [line('the name servers of the host: on the default bridge no container finds another by name')] : [];
}

function listenerLines(machine: Machine, netns: string): ExplanationLine[] {
  return (machine.namespaces.get(netns)?.netns.sockets ?? []).map((s) =>
    line(`${s.proto} ${s.ip === undefined ? '*' : formatIp(s.ip)}:${s.port}${s.process === undefined ? '' : ` (${s.process})`}`, s.origin),
  );
}

function reachLines(machine: Machine, subject: ContainerSubject): ExplanationLine[] {
  const { container, name } = subject;
  const published = (container?.running === true ? container.published : []).filter((p) => p.proto !== 'sctp');
  const ports = [...new Map(published.map((p) => [`${p.proto} ${p.hostPort} ${p.hostIp ?? ''}`, p])).values()].slice(0, 6);
  const asked = ports.flatMap((p) => {
    if (p.proto === 'sctp') return [];
    const to = p.hostIp === undefined ? 'host' : formatIp(p.hostIp);
    const from = loopback(p) ? 'host' : 'internet';
    const { text, origin } = told(from, traceFlow(machine, { from, to, proto: p.proto, dport: p.hostPort }));
    return [line(`its port ${p.containerPort}, published as ${p.hostPort}: ${text}`, origin)];
  });
  const others = [...machine.namespaces.keys()].filter((other) => other !== subject.netns).slice(0, 8);
  const pings =
    container !== undefined && !container.running ? [] : others.map((from) => told(from, traceFlow(machine, { from, to: name })));
  return [...asked, ...pings];
}

/** @returns where a container lives, what it is joined to, and who reaches it. */
export function explainContainer(machine: Machine, subject: ContainerSubject): Explanation {
  const { name, netns, container } = subject;
  const image = container === undefined ? '' : ` of the image ${container.image}`;
  const stopped = container !== undefined && !container.running ? '; it is not running, so it has no network now' : '';
  const out =
    container !== undefined && !container.running
      ? []
      : [told(name, traceFlow(machine, { from: name, to: 'internet', proto: 'tcp', dport: 443 }))];
  const sections = [
    section('What is it joined to?', [...networkLines(machine, container), ...cables(machine, netns)]),
    section('Who resolves names for it?', resolverLines(machine, subject)),
    section('What listens in it?', listenerLines(machine, netns)),
    section('Who reaches it?', reachLines(machine, subject)),
    section('Does it reach the internet (tcp 443)?', out),
  ];
  return explanation(
    'container',
    name,
    `${name} is a container${image} that ${homeWords(subject)}${stopped}.`,
    sections,
    container?.origin,
  );
}

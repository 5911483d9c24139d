import { contains, formatIp, formatPrefix, prefixOf } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import type { DockerNetwork } from '../model/host.js';
import type { Explanation, ExplanationLine, ExplanationSection } from '../model/explanation.js';
import { whoReaches } from './reach.js';
import { explanation, line, nameOf, section, type Located } from './subject.js';

/** The network of Docker that a bridge of the host carries; docker0's is called bridge, listed or not. */
export function networkOf(machine: Machine, { ns, iface }: Located): Pick<DockerNetwork, 'name' | 'internal' | 'runtime'> | undefined {
  if (!ns.isHost) return undefined;
  return (
    machine.host.networks.find((n) => n.bridge === iface.name) ??
    (iface.name === 'docker0' ? { name: 'bridge', internal: false } : undefined)
  );
}

function twice({ iface }: Located): ExplanationLine[] {
  const address = iface.addresses.find((a) => a.scope === 'global');
  return [
    line(
      `as a bridge, which \`brctl show\` or \`bridge link\` lists, ${iface.name} is a switch inside the kernel: veth cables are plugged into it, and it passes frames between them by link-layer address`,
    ),
    line(
      `as an interface, which \`ip addr\` lists, ${iface.name} is the host's own port of that switch${address === undefined ? ', without an address' : `: the host is ${formatIp(address.ip)} there, and containers use that address as their gateway`}`,
      iface.origin,
    ),
    line(
      'it is one thing seen twice: what a container sends to another one of the same bridge stays on the switch; what it sends elsewhere goes to the interface, and from there is routed',
    ),
  ];
}

function subnetLines(located: Located, name: string | undefined): ExplanationLine[] {
  return located.iface.addresses
    .filter((a) => a.scope === 'global')
    .map((a) => {
      const whose = name === undefined ? '' : ` of the network ${name}`;
      return line(
        `${formatPrefix(prefixOf(a.ip, a.prefixLength))} is the subnet${whose}: its containers get addresses from it`,
        located.iface.origin,
      );
    });
}

function portLines(machine: Machine, { ns, iface }: Located): ExplanationLine[] {
  const ports = ns.portsOf.get(iface.name) ?? [];
  if (ports.length === 0) return [line('no cable is plugged in: no container is on it now')];
  return ports.map((port) => {
    const peer = machine.peer(ns, port.iface);
    const index = ns.interfaces.get(port.iface)?.linkIndex;
    const elsewhere =
      index === undefined
        ? 'whose other end is not in the snapshot'
        : `whose other end is interface ${index} of a namespace that is not in the snapshot`;
    const details = [port.state, port.hairpin ? 'hairpin' : '', port.isolated ? 'isolated' : ''].filter((word) => word !== '').join(', ');
    return line(`${port.iface} (${details}), ${peer === undefined ? elsewhere : `the cable to ${nameOf(peer)}`}`, port.origin);
  });
}

function serviceLines(bridge: string, name: string | undefined): string[] {
  if (bridge === 'docker_gwbridge')
    return ['the swarm’s bridge: containers and the ingress network on overlay networks leave the host by it'];
  if (name === 'bridge')
    return [
      'the default bridge resolves no names: its containers use the name servers of the host, and find each other by address alone (or by --link); a network of one’s own (docker network create) has name service',
    ];
  return name === undefined
    ? []
    : ['its containers ask Docker’s own name server at 127.0.0.11, which knows the names of the containers of the network'];
}

/** Whether its containers reach the outside, and who reaches what they publish. */
function reachLines(machine: Machine, located: Located): ExplanationLine[] {
  const members = machine.host.containers.filter((c) =>
    c.endpoints.some((e) => e.ip !== undefined && located.iface.addresses.some((a) => contains(prefixOf(a.ip, a.prefixLength), e.ip ?? 0))),
  );
  const published = members.flatMap((c) => (c.running ? c.published.map((p) => ({ c, p })) : []));
  return published.slice(0, 4).flatMap(({ c, p }) => {
    if (p.proto === 'sctp') return [];
    const to = p.hostIp === undefined ? 'host' : formatIp(p.hostIp);
    return whoReaches(machine, to, p.proto, p.hostPort)
      .slice(0, 2)
      .map((l) => ({ ...l, text: `${c.name} publishes ${p.hostPort}/${p.proto}: ${l.text}` }));
  });
}

/** @returns what a bridge is: a switch and an interface at once. */
export function explainBridge(machine: Machine, located: Located, common: readonly (readonly ExplanationSection[])[]): Explanation {
  const { ns, iface } = located;
  const network = networkOf(machine, located);
  const carries =
    network === undefined
      ? ''
      : ` of ${network.runtime === 'podman' ? 'the network' : "Docker's network"} ${network.name}${network.internal ? ', which is internal: nothing of it is routed to the outside' : ''}`;
  const sections = [
    section('Bridge or interface?', twice(located)),
    section('Which subnet is its?', subnetLines(located, network?.name)),
    section('What is plugged in?', portLines(machine, located)),
    ...common,
    section('Who resolves names?', ns.isHost ? serviceLines(iface.name, network?.name) : []),
    section('Who reaches what is on it?', reachLines(machine, located)),
  ];
  return explanation(
    'bridge',
    nameOf(located),
    `${iface.name} is the bridge${carries}: a switch inside the kernel, and at the same time the host's own interface on it.`,
    sections,
    iface.origin,
  );
}

import {
  addressBits,
  familyOf,
  prefixOf,
  contains,
  formatIp,
  formatPrefix,
  lastOf,
  parsePrefix,
  type Ip,
  type Prefix,
} from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import type { Explanation, ExplanationLine } from '../model/explanation.js';
import { namesNetwork } from '../netfilter/index.js';
import { rulesThat } from './every-rule.js';
import { told } from './reach.js';
import { traceFlow } from '../datapath/index.js';
import { explanation, line, nameOf, section, type Located } from './subject.js';

function holders(machine: Machine, ip: Ip): Located[] {
  return [...machine.namespaces.values()].flatMap((ns) =>
    [...ns.interfaces.values()].filter((i) => i.addresses.some((a) => a.ip === ip)).map((iface) => ({ ns, iface })),
  );
}

function special(ip: Ip): string | undefined {
  if (typeof ip !== 'number') return ip === 1n ? 'the loopback address: each namespace has its own' : undefined;
  if (ip === 0x7f00000b)
    return "Docker's own name server, inside every container of a network made by a user: rules of that container's namespace rewrite port 53 to the port it really listens on";
  if (ip >>> 24 === 127)
    return 'a loopback address: each namespace, the host and every container, has its own, and cannot be reached on it by others';
  if (ip >>> 16 === 0xa9fe)
    return 'a link-local address (169.254.0.0/16): valid on one link alone; 169.254.169.254 is where clouds serve metadata';
  return undefined;
}

function summaryOf(machine: Machine, ip: Ip, owners: readonly Located[]): string {
  const text = formatIp(ip);
  const known = special(ip);
  if (known !== undefined) return `${text} is ${known}.`;
  const [owner] = owners;
  if (owner !== undefined) {
    const gateway = owner.ns.isHost && owner.iface.detail.kind === 'bridge' ? `: the gateway of the containers on ${owner.iface.name}` : '';
    return `${text} is an address of ${owner.ns.isHost ? 'the host' : `the container ${owner.ns.name}`}, on ${owner.iface.name}${gateway}.`;
  }
  const container = machine.host.containers.find((c) => c.endpoints.some((e) => e.ip === ip || e.ip6 === ip));
  if (container !== undefined) return `${text} is the address of the container ${container.name}, by docker inspect.`;
  return `${text} is held by nothing in the snapshot: an outside machine, or a container that is not listed.`;
}

function routed(machine: Machine, ip: Ip): ExplanationLine {
  const route = machine.root.routeTo(ip);
  if (route.kind === 'error') return line(`the host has no route to it (${route.error})`);
  return line(`the host sends to it by \`${route.route.text}\``, route.route.origin);
}

function listeners(owners: readonly Located[], ip: Ip): ExplanationLine[] {
  return owners.flatMap(({ ns }) =>
    ns.netns.sockets
      .filter((s) => s.ip === ip || (s.ip === undefined && (s.dualStack || s.family === familyOf(ip))))
      .map((s) =>
        line(
          `${s.proto} ${s.port}${s.process === undefined ? '' : `, ${s.process}`}${s.ip === undefined ? ' (on all addresses)' : ''}`,
          s.origin,
        ),
      ),
  );
}

function rulesNaming(machine: Machine, network: Prefix): readonly ExplanationLine[] {
  return rulesThat(machine, (facts, predicate) => namesNetwork(facts, predicate, network));
}

/** @returns whose an address is, what listens on it, and who reaches it. */
export function explainAddress(machine: Machine, ip: Ip): Explanation {
  const owners = holders(machine, ip);
  const text = formatIp(ip);
  const neighbours = [...machine.namespaces.values()].flatMap((ns) =>
    ns.netns.neighbours
      .filter((n) => n.ip === ip)
      .map((n) => line(`${ns.name} has it at ${n.mac ?? 'no link-layer address'} on ${n.dev} (${n.state})`, n.origin)),
  );
  const local = typeof ip === 'number' && ip >>> 24 === 127;
  const pings = local ? [] : ['internet', 'host'].map((from) => told(from, traceFlow(machine, { from, to: text })));
  const sections = [
    section(
      'Whose is it?',
      owners.map((o) => line(nameOf(o), o.iface.origin)),
    ),
    section('What listens on it?', local ? [] : listeners(owners, ip)),
    section('How does the host get there?', local ? [] : [routed(machine, ip)]),
    section('Who knows its link-layer address?', neighbours),
    section('Which rules name it?', local ? [] : rulesNaming(machine, prefixOf(ip, addressBits(familyOf(ip))))),
    section('Who reaches it (ICMP echo)?', pings),
  ];
  return explanation('address', text, summaryOf(machine, ip, owners), sections, owners[0]?.iface.origin);
}

function overlaps(a: Prefix, b: Prefix): boolean {
  return contains(a, b.addr) || contains(b, a.addr);
}

/** @returns whose a subnet is, who is in it, and which rules name it. */
export function explainSubnet(machine: Machine, subnet: Prefix): Explanation {
  const inside = [...machine.namespaces.values()].flatMap((ns) =>
    [...ns.interfaces.values()].flatMap((iface) =>
      iface.addresses.filter((a) => contains(subnet, a.ip)).map((a) => ({ located: { ns, iface }, ip: a.ip, length: a.prefixLength })),
    ),
  );
  const networks = machine.host.networks.filter((n) => n.subnets.some((s) => fits(s.prefix, subnet)));
  const routes = machine.root.netns.routes.filter((r) => r.table === 254 && r.dst.length > 0 && overlaps(r.dst, subnet));
  const bridge = inside.find(({ located }) => located.iface.detail.kind === 'bridge')?.located.iface.name;
  const whose =
    networks.length > 0
      ? `the subnet of ${networks.every(({ runtime }) => runtime === 'podman') ? 'the network' : "Docker's network"} ${networks.map((n) => n.name).join(', ')}`
      : bridge === undefined
        ? 'a subnet'
        : `the subnet of the bridge ${bridge}`;
  const size = subnet.length < 0 ? '' : `, from ${formatIp(subnet.addr)} to ${formatIp(lastOf(subnet))}`;
  const sections = [
    section(
      'Who is in it?',
      inside.map(({ located, ip, length }) => line(`${formatIp(ip)}/${length}: ${nameOf(located)}`, located.iface.origin)),
    ),
    section(
      'Which networks of Docker have it?',
      networks.map((n) =>
        line(
          `${n.name} (${n.driver})${n.bridge === undefined ? '' : `, on the bridge ${n.bridge}`}${n.internal ? ', internal' : ''}`,
          n.origin,
        ),
      ),
    ),
    section(
      'How does the host get there?',
      routes.map((r) => line(r.text, r.origin)),
    ),
    section('Which rules name it?', rulesNaming(machine, subnet)),
  ];
  return explanation('subnet', formatPrefix(subnet), `${formatPrefix(subnet)} is ${whose}${size}.`, sections);
}

function fits(text: string, subnet: Prefix): boolean {
  const prefix = parsePrefix(text);
  return prefix !== undefined && overlaps(prefix, subnet);
}

import { contains, familyOf, formatIp, parseIp, prefixOf, type Family, type Ip } from '../../address/ip.js';
import { containersCalled, containersCalledBy, endpointAddresses } from '../../inventory/index.js';
import type { Container } from '../../model/host.js';
import { HOST_NETNS, isHostNetns, netnsFolder } from '../../model/netns.js';
import { entryFor } from '../connection/entry.js';
import type { Client } from '../connection/question.js';
import type { Machine } from '../machine/machine.js';
import { neighbourOn } from './near.js';
import { didYouMean } from './nearest-name.js';
import { addressInHosts, askerOf } from './own-names.js';
import type { NetnsState } from '../machine/netns-state.js';
import { aSubnet, isSubnet, LackingEndpoint, UnknownEndpoint, UnknownName } from './unknown.js';

/** Addresses set aside for documentation and a few well-known ones: candidates for "somewhere on the internet". */
const SOMEWHERE: Readonly<Record<Family, readonly string[]>> = {
  4: ['203.0.113.1', '192.0.2.1', '198.51.100.1', '8.8.8.8', '1.1.1.1', '9.9.9.9'],
  6: ['2001:db8:ffff::1', '2001:4860:4860::8888', '2606:4700:4700::1111'],
};

function ownAddresses(ns: NetnsState, family: Family): readonly Ip[] {
  const usable = [...ns.interfaces.values()].filter((i) => i.detail.kind !== 'loopback' && i.up);
  return usable.flatMap((i) => i.addresses.filter((a) => familyOf(a.ip) === family && a.scope !== 'link').map((a) => a.ip));
}

function hasOnlyIpv6(ns: NetnsState): boolean {
  return ownAddresses(ns, 4).length === 0 && ownAddresses(ns, 6).length > 0;
}

/** @returns an address outside every subnet and beside the default route of the host. */
export function internetAddress(machine: Machine, family: Family): Ip {
  const known = machine.somewhere.get(family) ?? findSomewhere(machine, family);
  machine.somewhere.set(family, known);
  return known;
}

function findSomewhere(machine: Machine, family: Family): Ip {
  const nets = [...machine.namespaces.values()].flatMap((ns) => [
    ...ns.netns.routes.filter((r) => r.family === family && r.dst.length > 0).map((r) => r.dst),
    ...[...ns.interfaces.values()].flatMap((i) => i.addresses.map((a) => prefixOf(a.ip, a.prefixLength))),
  ]);
  const candidates = SOMEWHERE[family].map((text) => parseIp(text)!);
  return candidates.find((ip) => !nets.some((net) => contains(net, ip))) ?? candidates[0]!;
}

/**
 * @param asker the container that asks by the name, where one does.
 * @returns the container that a name stands for, as the runtime resolves it; undefined where none or several fit.
 */
export function findContainer(machine: Machine, name: string, asker?: Container): Container | undefined {
  const found = containersCalledBy(asker, machine.host.containers, name);
  // a namespace of that name is nearer than a service or an image
  if (found.length !== 1 || (found[0]?.name !== name && isNamespace(machine, name))) return undefined;
  return found[0];
}

function isNamespace(machine: Machine, name: string): boolean {
  return machine.namespaces.has(name) && !machine.host.containers.some((container) => container.name === name);
}

/** The host, by its own name too, where no container has it. */
function hostCalled(machine: Machine, name: string): NetnsState | undefined {
  const container = isHostNetns(name) ? undefined : findContainer(machine, name);
  return container === undefined ? machine.root : machine.namespaces.get(container.netns);
}

/** @returns the namespace that a name stands for. */
export function findNamespace(machine: Machine, name: string, asker?: Container): NetnsState | undefined {
  if (isHostNetns(name) || name === machine.host.meta.hostname) return hostCalled(machine, name);
  const container = findContainer(machine, name, asker);
  return machine.namespaces.get(container?.netns ?? name);
}

function knownNames(machine: Machine): string {
  const names = [...new Set([...machine.namespaces.keys(), ...machine.host.containers.map((c) => c.name)])];
  return names.slice(0, 12).join(', ') + (names.length > 12 ? ' …' : '');
}

function hasBridge(machine: Machine): boolean {
  return [...machine.root.interfaces.values()].some((iface) => iface.detail.kind === 'bridge');
}

function allNames(machine: Machine): readonly string[] {
  return [...new Set([...machine.namespaces.keys(), ...machine.host.containers.map((c) => c.name), HOST_NETNS, 'internet'])];
}

/** @param taken what stands for no name of the snapshot, and may be said in its place. */
function unknownName(machine: Machine, name: string, taken: string): UnknownEndpoint {
  if (isSubnet(name)) return aSubnet(name);
  const container = findContainer(machine, name);
  if (container !== undefined && !container.running)
    return new UnknownEndpoint(`container ${container.name} is not running, so it has no network namespace`);
  if (container !== undefined)
    return new LackingEndpoint(
      `container ${container.name}'s namespace and addresses: \`docker inspect ${container.name}\` would tell these, ${netnsFolder(container.netns)}/ (\`dtrace-path collect\`) all of it`,
    );
  if (machine.namespaces.size === 1 && machine.host.containers.length === 0 && !hasBridge(machine))
    return new UnknownName(
      `nothing in the snapshot is called "${name}": it shows no container and no bridge that could join any, only the host itself; if containers run there, collect docker/ and netns/`,
    );
  const several = containersCalled(machine.host.containers, name);
  if (several.length > 1) {
    const shown = several.slice(0, 12).map((one) => one.name);
    return new UnknownName(
      `"${name}" stands for ${several.length} containers: ask for one of ${shown.join(', ')}${several.length > 12 ? ' …' : ''}`,
    );
  }
  return new UnknownName(
    `nothing in the snapshot is called "${name}"${didYouMean(name, allNames(machine))}; it knows ${knownNames(machine)}, and takes ${taken} or an IP address`,
  );
}

/** What would show the host's links and routes, where that is not listed. */
function wayLack({ root }: Machine): string | undefined {
  const lack = root.addressesLack();
  if (lack !== undefined) return lack;
  return root.netns.sources.has('route')
    ? undefined
    : `${root.directory}/ip-route.json (\`ip route show table all\`), which would show the routes of host`;
}

/** An outside machine, and the device by which its packets come in. */
function outsideClient(machine: Machine, src: Ip): Client {
  const entry = entryFor(machine, src);
  const lack = entry === undefined ? wayLack(machine) : undefined;
  if (lack !== undefined) throw new LackingEndpoint(`${lack}, and so by which interface packets of ${formatIp(src)} come in`);
  if (entry === undefined)
    throw new UnknownEndpoint(
      `the host has no route back to ${formatIp(src)}, so the snapshot does not tell by which interface its packets would come in`,
    );
  const sure = entry.others.length === 0 && entry.taken === undefined;
  return { kind: 'outside', ns: machine.root, dev: entry.dev, src, ...(!sure && { entry }) };
}

/** `lan`, `lan@eno2`: a neighbour on a link of the host, as audits and matrices name it. */
function nearClient(machine: Machine, family: Family, dev?: string): Client {
  const near = neighbourOn(machine, family, dev);
  const where = dev === undefined ? 'no link of the host that leads out' : `the host's interface ${dev}`;
  if (near === undefined) throw new UnknownEndpoint(`${where} has an IPv${family} subnet with room for a neighbour`);
  const { src, entry } = near;
  return { kind: 'outside', ns: machine.root, dev: entry.dev, src, ...(entry.taken !== undefined && { entry }) };
}

/** `203.0.113.9@eno2`, `internet@eno2`: an outside machine, and the device of the host by which its packets come in. */
function placedClient(machine: Machine, from: string, family: Family, given: Ip | undefined): Client | undefined {
  const at = from.lastIndexOf('@');
  const who = from.slice(0, Math.max(at, 0));
  const src = who === 'internet' ? (given ?? internetAddress(machine, family)) : who === 'lan' ? given : parseIp(who);
  if (src === undefined && who !== 'lan') return undefined;
  const dev = from.slice(at + 1);
  if (machine.root.interfaces.get(dev) === undefined)
    throw new UnknownEndpoint(
      `the host has no interface "${dev}" by which packets of ${src === undefined ? who : formatIp(src)} could come in`,
    );
  return src === undefined ? nearClient(machine, family, dev) : { kind: 'outside', ns: machine.root, dev, src };
}

/**
 * Who the question's `from` is.
 * @param src the address to send from, where the question gives one.
 * @throws UnknownEndpoint where the snapshot holds nothing of the name.
 */
export function resolveClient(machine: Machine, from: string, src: Ip | undefined, family: Family): Client {
  const placed = placedClient(machine, from, family, src);
  if (placed !== undefined) return placed;
  if (from === 'localhost' && findContainer(machine, from) === undefined) return { kind: 'netns', ns: machine.root, src };
  if (from === 'internet') return outsideClient(machine, src ?? internetAddress(machine, family));
  const ip = parseIp(from);
  if (ip !== undefined) {
    const owner = machine.ownerOf(ip);
    return owner === undefined ? outsideClient(machine, ip) : { kind: 'netns', ns: owner, src: ip };
  }
  const ns = findNamespace(machine, from);
  if (ns !== undefined) return { kind: 'netns', ns, src };
  if (from === 'lan' && findContainer(machine, from) === undefined)
    return src === undefined ? nearClient(machine, family) : outsideClient(machine, src);
  throw unknownName(machine, from, '`host`, `internet`, `lan`');
}

/** A destination as a question names it. */
export interface Destination {
  readonly name: string;
  readonly port: number | undefined;
}

/** Splits `name:port`, `1.2.3.4:80`, `[v6]:80`; a bare IPv6 address carries no port. */
export function splitDestination(to: string): Destination {
  const bracket = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(to);
  if (bracket !== null) return { name: bracket[1] ?? '', port: bracket[2] === undefined ? undefined : Number(bracket[2]) };
  if (parseIp(to) !== undefined) return { name: to, port: undefined };
  const tail = /^(.*):(\d{1,5})$/.exec(to);
  return tail === null ? { name: to, port: undefined } : { name: tail[1] ?? '', port: Number(tail[2]) };
}

/** Addresses on networks that the client shares come first: those are the ones Docker's resolver gives it. */
function nearestFirst(client: NetnsState | undefined, ips: readonly Ip[]): readonly Ip[] {
  if (client === undefined) return ips;
  const nets = client.netns.interfaces.flatMap((i) => i.addresses.map((a) => prefixOf(a.ip, a.prefixLength)));
  const near = (ip: Ip): boolean => nets.some((net) => contains(net, ip));
  return [...ips.filter(near), ...ips.filter((ip) => !near(ip))];
}

/**
 * The addresses that a question's `to` stands for, the one a client would use first.
 * @throws UnknownEndpoint where the snapshot holds nothing of the name.
 */
export function resolveDestinations(machine: Machine, name: string, client: NetnsState | undefined): readonly Ip[] {
  const ip = parseIp(name);
  if (ip !== undefined) return [ip];
  if (name === 'internet') return [internetAddress(machine, client !== undefined && hasOnlyIpv6(client) ? 6 : 4)];
  if (name === 'localhost') return [0x7f000001];
  const asker = askerOf(machine, client);
  const inHosts = asker === undefined ? undefined : addressInHosts(machine, asker, name);
  if (inHosts !== undefined) return [inHosts];
  const ns = findNamespace(machine, name, asker);
  const container = findContainer(machine, name, asker);
  if (ns === undefined) {
    const inspected = container === undefined ? [] : endpointAddresses(container);
    if (inspected.length > 0) return nearestFirst(client, inspected);
    throw unknownName(machine, name, '`host`, `internet`');
  }
  if (ns.isHost && client !== undefined) {
    const gateway = client.netns.routes.find((r) => r.family === 4 && r.dst.length === 0)?.nexthops[0]?.via;
    const own = ownAddresses(ns, 4);
    if (gateway !== undefined && own.includes(gateway)) return [gateway, ...own.filter((x) => x !== gateway)];
  }
  const ips = [...ownAddresses(ns, 4), ...ownAddresses(ns, 6)];
  if (ns === client && (ns.isHost || ips.length === 0)) return [0x7f000001];
  if (ips.length === 0) throw new UnknownEndpoint(`${name} has no address to be reached at: it is attached to no network`);
  return ns.isHost && client === undefined ? uplinkFirst(machine, ips) : nearestFirst(client, ips);
}

/** For an outside machine, the host is the address on the interface of its default route. */
function uplinkFirst(machine: Machine, ips: readonly Ip[]): readonly Ip[] {
  const dev = machine.root.netns.routes.find((r) => r.dst.length === 0 && r.type === 'unicast')?.nexthops[0]?.dev;
  if (dev === undefined) return ips;
  return [...ips.filter((ip) => machine.root.ownsOn(dev, ip)), ...ips.filter((ip) => !machine.root.ownsOn(dev, ip))];
}

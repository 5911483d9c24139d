import { formatIp, formatPrefix, parsePrefix, prefixOf } from '../address/ip.js';
import { isStandIn, leadsToMissing, withHostGrounds, type Machine } from '../datapath/index.js';
import type { PublishedPort } from '../model/host.js';
import type { NetInterface } from '../model/link.js';
import { isHostNetns } from '../model/netns.js';
import type { Attachment, Segment, Topology, TopologyNamespace, Uplink } from '../model/topology.js';
import { byName } from './name-order.js';

type NetnsState = Machine['root'];

const global = (iface: NetInterface): string[] =>
  iface.addresses.filter((a) => a.scope !== 'link').map((a) => `${formatIp(a.ip)}/${a.prefixLength}`);

/** Whether an interface of the host leads to a namespace: a veth, whether or not its other end is listed. */
function isCable(machine: Machine, iface: NetInterface): boolean {
  return machine.peer(machine.root, iface.name) !== undefined || leadsToMissing(machine.root, iface);
}

/** Whether a port of a bridge leads to where no listing is. */
function isLoose(machine: Machine, port: string): boolean {
  const iface = machine.root.interfaces.get(port);
  return iface === undefined || (isCable(machine, iface) && machine.peer(machine.root, port) === undefined);
}

function uplinksOf(machine: Machine): Uplink[] {
  const { root } = machine;
  const byDefault = new Set(
    root.netns.routes.filter((r) => r.dst.length === 0 && r.type === 'unicast').flatMap((r) => r.nexthops.flatMap((hop) => hop.dev ?? [])),
  );
  return [...root.interfaces.values()]
    .filter((iface) => iface.detail.kind !== 'loopback' && iface.detail.kind !== 'bridge' && !isCable(machine, iface))
    .map((iface) => ({
      name: iface.name,
      addresses: global(iface),
      up: iface.up && iface.carrier,
      defaultRoute: byDefault.has(iface.name),
    }));
}

function bridgesOf(machine: Machine, uplinks: readonly Uplink[]): Segment[] {
  const { root, host } = machine;
  const bridges = [...root.interfaces.values()].filter((iface) => iface.detail.kind === 'bridge');
  return bridges.map((iface) => {
    const network = host.networks.find((n) => n.bridge === iface.name);
    const own = iface.addresses.filter((a) => a.scope !== 'link').map((a) => formatPrefix(prefixOf(a.ip, a.prefixLength)));
    const listed = (network?.subnets ?? []).map((s) => parsePrefix(s.prefix)).flatMap((p) => (p === undefined ? [] : [formatPrefix(p)]));
    const ports = new Set((root.portsOf.get(iface.name) ?? []).map((port) => port.iface));
    return {
      id: `bridge ${iface.name}`,
      kind: 'bridge',
      name: iface.name,
      ...(network === undefined ? {} : { network: network.name }),
      subnets: [...new Set([...listed, ...own])],
      hostAddresses: global(iface),
      up: iface.up && iface.carrier,
      internal: network?.internal ?? false,
      uplinks: uplinks.filter((u) => ports.has(u.name)).map((u) => u.name),
      loose: [...ports].filter((port) => isLoose(machine, port)),
    };
  });
}

/** A segment that is no bridge, made when the first interface on it is met. */
function other(kind: Exclude<Segment['kind'], 'bridge'>, name: string, uplink: string | undefined, subnets: readonly string[]): Segment {
  return {
    id: `${kind} ${name}`,
    kind,
    name,
    subnets,
    hostAddresses: [],
    up: true,
    internal: false,
    uplinks: uplink === undefined ? [] : [uplink],
    loose: [],
  };
}

/** The segment that an interface of a namespace is on. */
function segmentOf(machine: Machine, ns: NetnsState, iface: NetInterface): Segment | string {
  const peer = machine.peer(ns, iface.name);
  const bridge = peer?.ns.isHost === true ? machine.root.ports.get(peer.iface.name)?.bridge : undefined;
  if (bridge !== undefined) return `bridge ${bridge}`;
  const overlay = machine.overlay(ns, iface.name)?.network;
  if (overlay !== undefined) return other('overlay', overlay, undefined, global(iface).map(subnet));
  const lower = machine.lower(ns, iface.name);
  const { kind } = iface.detail;
  if (kind === 'macvlan' || kind === 'ipvlan')
    return other(kind, `${kind} on ${lower?.iface.name ?? 'a device that is not listed'}`, lower?.iface.name, global(iface).map(subnet));
  if (peer !== undefined) return other('elsewhere', `other end ${peer.iface.name} of ${peer.ns.name}`, undefined, []);
  return other('elsewhere', 'other end not in the snapshot', undefined, []);
}

function subnet(address: string): string {
  const prefix = parsePrefix(address);
  return prefix === undefined ? address : formatPrefix(prefix);
}

function publishedText(p: PublishedPort): string {
  const at = p.hostIp === undefined ? '' : `${typeof p.hostIp === 'bigint' ? `[${formatIp(p.hostIp)}]` : formatIp(p.hostIp)}:`;
  return `${at}${p.hostPort} → ${p.containerPort}/${p.proto}`;
}

function attachmentOf(segment: string, machine: Machine, ns: NetnsState, iface: NetInterface): Attachment {
  const end = machine.peer(ns, iface.name)?.iface;
  return {
    segment,
    iface: iface.name,
    addresses: global(iface),
    ...(end === undefined || isStandIn(end.index) ? {} : { hostEnd: end.name }),
    up: iface.up && iface.carrier,
  };
}

function namespaceOf(machine: Machine, ns: NetnsState, segments: Map<string, Segment>): TopologyNamespace {
  const here = machine.host.containers.filter((c) => c.running && c.netns === ns.name);
  const devices = [...ns.interfaces.values()].filter((iface) => iface.detail.kind !== 'loopback');
  const attachments = devices.map((iface) => {
    const segment = segmentOf(machine, ns, iface);
    if (typeof segment !== 'string' && !segments.has(segment.id)) segments.set(segment.id, segment);
    return attachmentOf(typeof segment === 'string' ? segment : segment.id, machine, ns, iface);
  });
  const alone = ns.netns.sources.has('addr')
    ? other('none', 'no network', undefined, [])
    : other('elsewhere', 'interfaces not listed', undefined, []);
  if (attachments.length === 0) segments.set(alone.id, alone);
  const names = here.map((c) => c.name);
  return {
    name: ns.name,
    containers: names.includes(ns.name) ? [ns.name, ...names.filter((name) => name !== ns.name)] : names,
    attachments: attachments.length === 0 ? [{ segment: alone.id, iface: 'lo', addresses: [], up: true }] : attachments,
    published: [...new Set(here.flatMap((c) => c.published.map(publishedText)))],
  };
}

/** @returns what is joined to what: the host's uplinks, bridges and other segments, and the namespaces on them. */
export function topologyOf(machine: Machine): Topology {
  const uplinks = uplinksOf(machine);
  const segments = new Map(bridgesOf(machine, uplinks).map((segment) => [segment.id, segment]));
  const namespaces = [...machine.namespaces.values()]
    .filter((ns) => !ns.isHost)
    .map((ns) => namespaceOf(machine, ns, segments))
    .sort((a, b) => byName(a.name, b.name));
  const { containers } = machine.host;
  return {
    format: 'dtrace-path-topology/1',
    host: machine.host.meta.hostname ?? 'host',
    uplinks,
    segments: [...segments.values()],
    namespaces,
    hostContainers: containers.filter((c) => c.running && isHostNetns(c.netns)).map((c) => c.name),
    stopped: containers.filter((c) => !c.running).map((c) => c.name),
    ...withHostGrounds(machine.host),
  };
}

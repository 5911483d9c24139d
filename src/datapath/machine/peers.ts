import type { Host } from '../../model/host.js';
import type { NetInterface } from '../../model/link.js';
import { HOST_NETNS, type NetnsName } from '../../model/netns.js';
import { dockerPorts } from './docker-ports.js';

/** One end of a veth pair. */
export interface PeerEnd {
  readonly netns: NetnsName;
  readonly iface: string;
}

/** An end that several others fit, so that nobody knows which of them it is joined to. */
export interface UnclearEnd {
  readonly end: PeerEnd;
  readonly rivals: readonly PeerEnd[];
}

/** The ends of a host's veth pairs, by `${netns}/${iface}` of the other; an end whose namespace is not in the snapshot is in neither. */
export interface VethEnds {
  readonly peers: ReadonlyMap<string, PeerEnd>;
  readonly unclear: ReadonlyMap<string, UnclearEnd>;
}

interface Link {
  readonly netns: NetnsName;
  readonly iface: NetInterface;
}

/** Links of one namespace that lead into one other namespace, and which that may be. */
interface Bundle {
  readonly from: string;
  readonly links: readonly Link[];
  candidates: Set<string>;
}

const NEVER_PAIRED: ReadonlySet<string> = new Set(['loopback', 'bridge', 'macvlan', 'ipvlan', 'vlan', 'vxlan', 'other']);

/** @returns the key of an interface in the answer of `findPeers`. */
export function peerKey(netns: string, iface: string): string {
  return `${netns}/${iface}`;
}

/** A plain listing (`ip addr` without `-d`) does not tell a veth from any other Ethernet device. */
function mayBeVeth(iface: NetInterface): boolean {
  return iface.linkIndex !== undefined && !NEVER_PAIRED.has(iface.detail.kind);
}

function crossesNetns(iface: NetInterface): boolean {
  return iface.linkNetnsId !== undefined || iface.linkName === undefined;
}

/** Interfaces of each namespace by their index. */
function indexLinks(host: Host): Map<string, Map<number, Link>> {
  const byNetns = new Map<string, Map<number, Link>>();
  for (const ns of host.netns.values()) {
    byNetns.set(ns.name, new Map(ns.interfaces.filter(mayBeVeth).map((iface) => [iface.index, { netns: ns.name, iface }])));
  }
  return byNetns;
}

/** The other end of `link` in `netns`, where indexes agree both ways. */
function endIn(byNetns: Map<string, Map<number, Link>>, link: Link, netns: string): Link | undefined {
  const there = byNetns.get(netns)?.get(link.iface.linkIndex ?? -1);
  if (there === undefined || there.iface === link.iface || there.iface.linkIndex !== link.iface.index) return undefined;
  return crossesNetns(there.iface) === (netns !== link.netns) ? there : undefined;
}

/** Namespaces by the two indexes that one of their links shows, its own and the other end's. */
function byIndexes(byNetns: Map<string, Map<number, Link>>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [netns, links] of byNetns) {
    for (const { iface } of links.values()) {
      const key = indexKey(iface.index, iface.linkIndex);
      const list = found.get(key);
      if (list === undefined) found.set(key, [netns]);
      else list.push(netns);
    }
  }
  return found;
}

function indexKey(own: number, other: number | undefined): string {
  return `${own} ${other ?? -1}`;
}

/** One bundle for each namespace and netnsid; a link whose id the listing does not show stands alone. */
function bundlesOf(byNetns: Map<string, Map<number, Link>>): Map<string, Bundle> {
  const groups = new Map<string, Link[]>();
  for (const link of [...byNetns.values()].flatMap((links) => [...links.values()])) {
    if (!crossesNetns(link.iface)) continue;
    const group = groups.get(bundleKey(link));
    if (group === undefined) groups.set(bundleKey(link), [link]);
    else group.push(link);
  }
  const bundles = new Map<string, Bundle>();
  const facing = byIndexes(byNetns);
  for (const [key, links] of groups) {
    const { netns: from, iface } = links[0]!;
    const candidates = (facing.get(indexKey(iface.linkIndex ?? -1, iface.index)) ?? []).filter(
      (to) => to !== from && links.every((link) => endIn(byNetns, link, to)),
    );
    bundles.set(key, { from, links, candidates: new Set(candidates) });
  }
  return bundles;
}

function bundleKey(link: Link): string {
  const { linkNetnsId, index } = link.iface;
  return linkNetnsId === undefined ? `${link.netns} if${index}` : `${link.netns} id${linkNetnsId}`;
}

/** Whether every link's other end in `to` may lead back to where the bundle starts. */
function leadsBack(byNetns: Map<string, Map<number, Link>>, bundles: Map<string, Bundle>, bundle: Bundle, to: string): boolean {
  return bundle.links.every((link) => {
    const end = endIn(byNetns, link, to);
    return end !== undefined && bundles.get(bundleKey(end))?.candidates.has(bundle.from) === true;
  });
}

/** Whether another bundle of the same namespace, known by its id, already leads to `to`: an id names one namespace. */
function takenByOther(bundles: Map<string, Bundle>, bundle: Bundle, to: string): boolean {
  const hasId = (b: Bundle): boolean => b.links[0]!.iface.linkNetnsId !== undefined;
  if (!hasId(bundle)) return false;
  return [...bundles.values()].some(
    (other) => other !== bundle && other.from === bundle.from && hasId(other) && other.candidates.size === 1 && other.candidates.has(to),
  );
}

/** Removes candidates until nothing changes. */
function narrow(byNetns: Map<string, Map<number, Link>>, bundles: Map<string, Bundle>): void {
  for (let changed = true; changed;) {
    changed = false;
    for (const bundle of bundles.values()) {
      for (const to of bundle.candidates) {
        if (leadsBack(byNetns, bundles, bundle, to) && !(bundle.candidates.size > 1 && takenByOther(bundles, bundle, to))) continue;
        bundle.candidates.delete(to);
        changed = true;
      }
    }
  }
}

/** What Docker joined to a bridge of the host leads there: a namespace of the same indexes (Docker in a container, say) is another's. */
function leadHome(host: Host, byNetns: Map<string, Map<number, Link>>, bundles: Map<string, Bundle>): void {
  const bridges = dockerPorts(host);
  for (const bundle of bundles.values()) {
    if (!bundle.candidates.has(HOST_NETNS)) continue;
    const ends = bundle.links.map((link) => endIn(byNetns, link, HOST_NETNS)!);
    if (!bundle.links.some(({ iface }, i) => bridges.has(iface) && ends[i]!.iface.master === bridges.get(iface))) continue;
    bundle.candidates = new Set([HOST_NETNS]);
    for (const end of ends) bundles.get(bundleKey(end))!.candidates = new Set([bundle.from]);
  }
}

const endOf = ({ netns, iface }: Link): PeerEnd => ({ netns, iface: iface.name });

/**
 * Pairs the veth devices of a host's namespaces by `link_netnsid` and ifindex (rtnl_fill_link_netnsid, IFLA_LINK): each
 * end names the other's index, and all links of a namespace with one netnsid lead into the same namespace.
 */
export function findVethEnds(host: Host): VethEnds {
  const byNetns = indexLinks(host);
  const bundles = bundlesOf(byNetns);
  leadHome(host, byNetns, bundles);
  narrow(byNetns, bundles);
  const fitting = (link: Link): readonly Link[] =>
    [...(bundles.get(bundleKey(link))?.candidates ?? [link.netns])].flatMap((netns) => endIn(byNetns, link, netns) ?? []);
  const peers = new Map<string, PeerEnd>();
  const unclear = new Map<string, UnclearEnd>();
  for (const link of [...byNetns.values()].flatMap((links) => [...links.values()])) {
    const ends = fitting(link);
    const [end] = ends;
    if (end === undefined) continue;
    const key = peerKey(link.netns, link.iface.name);
    const rivals = fitting(end);
    if (ends.length > 1) unclear.set(key, { end: endOf(link), rivals: ends.map(endOf) });
    else if (rivals.length > 1) unclear.set(key, { end: endOf(end), rivals: rivals.map(endOf) });
    else if (rivals[0]?.netns === link.netns) peers.set(key, endOf(end));
  }
  return { peers, unclear };
}

/** @returns the other end of each veth whose pair is clear. */
export function findPeers(host: Host): ReadonlyMap<string, PeerEnd> {
  return findVethEnds(host).peers;
}

import { contains, familyOf, formatIp, parseIp, prefixOf, type Ip, type Prefix } from '../address/ip.js';
import type { Host } from '../model/host.js';
import type { KernelFlow } from './flow.js';
import type { Line, Uplink } from './plan/plan.js';
import { OUTSIDE } from './plan/plan.js';

/** Tables of the outside's namespace, one for each wire. */
const FIRST_TABLE = 100;
/** A next hop that stands for the host where it has no address on the wire. */
const STAND_IN = { 4: '192.0.0.9', 6: 'fe80::9' } as const;

export interface OutsidePlan {
  readonly ip: readonly Line[];
  readonly ip6: readonly Line[];
}

/** A wire with what the host has at its own end. */
interface Wire {
  readonly uplink: Uplink;
  readonly table: number;
  readonly hostSubnets: readonly Prefix[];
  /** Next hops that the host's routes name. */
  readonly gateways: readonly Ip[];
}

function wiresOf(host: Host, uplinks: readonly Uplink[]): readonly Wire[] {
  return uplinks.map((uplink, i) => {
    const netns = host.netns.get(uplink.netns);
    const iface = netns?.interfaces.find((x) => x.name === uplink.iface);
    const hops = (netns?.routes ?? []).flatMap((r) => r.nexthops).filter((h) => h.dev === uplink.iface);
    return {
      uplink,
      table: FIRST_TABLE + i,
      hostSubnets: (iface?.addresses ?? []).map((a) => prefixOf(a.ip, a.prefixLength)),
      gateways: [...new Set(hops.flatMap((h) => (h.via === undefined ? [] : [h.via])))],
    };
  });
}

/** Whether an address lies on a network that only namespaces of the host share. */
function isInside(host: Host, uplinks: readonly Uplink[], ip: Ip): boolean {
  const outward = new Set(uplinks.map((u) => `${u.netns}/${u.iface}`));
  for (const netns of host.netns.values()) {
    for (const iface of netns.interfaces) {
      const inward = !outward.has(`${netns.name}/${iface.name}`);
      for (const a of iface.addresses) {
        if (a.ip === ip) return true;
        const narrow = a.prefixLength < (familyOf(a.ip) === 4 ? 32 : 128);
        if (inward && narrow && contains(prefixOf(a.ip, a.prefixLength), ip)) return true;
      }
    }
  }
  return false;
}

/** Addresses of outside machines that the flows name. */
function outsideAddresses(host: Host, wires: readonly Wire[], flows: readonly KernelFlow[]): readonly Ip[] {
  const uplinks = wires.map((w) => w.uplink);
  const wanted = flows.flatMap((f) => (f.client === OUTSIDE ? [f.src] : [f.dst])).flatMap((text) => parseIp(text ?? '') ?? []);
  return [...new Set(wanted.filter((ip) => !isInside(host, uplinks, ip)))];
}

/** Neighbour discovery answers for a device's own addresses only: what is on a wire's link stands on its far end. */
function addressLines(wires: readonly Wire[], outside: readonly Ip[]): readonly Line[] {
  const onLink = (wire: Wire, ip: Ip): boolean => wire.hostSubnets.some((net) => contains(net, ip));
  const places = [
    ...wires.flatMap((wire) => wire.gateways.map((ip) => ({ ip, dev: wire.uplink.far }))),
    ...outside.map((ip) => ({ ip, dev: wires.find((wire) => onLink(wire, ip))?.uplink.far ?? 'lo' })),
  ];
  const texts = places.map(
    ({ ip, dev }) => `addr add ${formatIp(ip)}/${familyOf(ip) === 4 ? 32 : 128} dev ${dev}${familyOf(ip) === 6 ? ' nodad' : ''}`,
  );
  return [...new Set(texts)].map((text) => ({ text, what: `outside: ${text}` }));
}

/** How the outside reaches the host over one wire: by any address, as if the network in between delivered it. */
function backLines(wire: Wire, family: 4 | 6): readonly Line[] {
  const { far, mac, noarp } = wire.uplink;
  const what = `${wire.uplink.netns}: the outside beyond ${wire.uplink.iface}`;
  const hop = STAND_IN[family];
  return [
    ...(mac === undefined || noarp ? [] : [{ text: `neigh replace ${hop} lladdr ${mac} dev ${far} nud permanent`, what, optional: true }]),
    {
      text: `route replace default ${noarp ? '' : `via ${hop} `}dev ${far} ${noarp ? '' : 'onlink '}table ${wire.table}`,
      what,
      optional: true,
    },
  ];
}

/**
 * Rules choose the wire by who sends, ahead of the local table, for an outside machine may send to another;
 * what the outside merely answers goes back by the first wire.
 */
function familyLines(wires: readonly Wire[], flows: readonly KernelFlow[], family: 4 | 6): readonly Line[] {
  const live = wires.filter((w) => w.uplink.carrier);
  const senders = new Map<string, number>();
  for (const flow of flows) {
    const ip = parseIp(flow.src ?? '');
    if (flow.client !== OUTSIDE || ip === undefined || familyOf(ip) !== family) continue;
    const wire = live.find((w) => w.uplink.netns === flow.entry?.netns && w.uplink.iface === flow.entry.iface);
    if (wire !== undefined) senders.set(formatIp(ip), wire.table);
  }
  const first = live[0];
  return [
    { text: 'rule add pref 100 lookup local', what: 'the outside' },
    { text: 'rule del pref 0', what: 'the outside' },
    ...live.flatMap((wire) => backLines(wire, family)),
    ...[...senders].map(([src, table]) => ({
      text: `rule add pref 50 from ${src} iif lo lookup ${table}`,
      what: `outside machine ${src}`,
    })),
    ...(first === undefined ? [] : [{ text: `rule add pref 200 lookup ${first.table}`, what: 'the outside' }]),
  ];
}

/**
 * Makes the namespace that stands for everything outside: it holds the next hops of the host's routes and the outside
 * addresses of the flows, and sends over the wire by which each outside client is to come in.
 */
export function planOutside(host: Host, uplinks: readonly Uplink[], flows: readonly KernelFlow[]): OutsidePlan {
  const wires = wiresOf(host, uplinks);
  const lo = { text: 'link set dev lo up', what: 'the outside' };
  const addresses = addressLines(wires, outsideAddresses(host, wires, flows));
  return { ip: [lo, ...addresses, ...familyLines(wires, flows, 4)], ip6: familyLines(wires, flows, 6) };
}

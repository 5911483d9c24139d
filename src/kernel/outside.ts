import { contains, familyOf, formatIp, parseIp, prefixOf, type Family, type Ip, type Prefix } from '../address/ip.js';
import type { Host } from '../model/host.js';
import type { KernelFlow } from './flow.js';
import type { Line, Uplink } from './plan/plan.js';
import { OUTSIDE } from './plan/plan.js';

/** Tables of the outside's namespace, one for each wire. */
const FIRST_TABLE = 100;
/** Priorities of its policy rules. */
const SENDER_RULE = 50;
const LOCAL_RULE = 100;
/** A next hop that stands for the host where it has no address on the wire. */
const STAND_IN = { 4: '192.0.0.9', 6: 'fe80::9' } as const;

export interface OutsidePlan {
  readonly ip: readonly Line[];
  readonly ip6: readonly Line[];
}

/** A wire with what the host has at its own end. */
export interface Wire {
  readonly uplink: Uplink;
  readonly hostSubnets: readonly Prefix[];
  /** Next hops that the host's routes name. */
  readonly gateways: readonly Ip[];
}

/** @returns the wires of a host, in the order of its uplinks. */
export function wiresOf(host: Host, uplinks: readonly Uplink[]): readonly Wire[] {
  return uplinks.map((uplink) => {
    const netns = host.netns.get(uplink.netns);
    const iface = netns?.interfaces.find((x) => x.name === uplink.iface);
    const hops = (netns?.routes ?? []).flatMap((r) => r.nexthops).filter((h) => h.dev === uplink.iface);
    return {
      uplink,
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

/** @returns the addresses, of those named, at which machines outside the host would be. */
export function outsideAmong(host: Host, uplinks: readonly Uplink[], named: readonly (string | undefined)[]): readonly Ip[] {
  const ips = named.flatMap((text) => parseIp(text ?? '') ?? []);
  return [...new Set(ips.filter((ip) => !isInside(host, uplinks, ip)))];
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
function backLines(wire: Wire, table: number, family: Family): readonly Line[] {
  const { far, mac, noarp } = wire.uplink;
  const what = `${wire.uplink.netns}: the outside beyond ${wire.uplink.iface}`;
  const hop = STAND_IN[family];
  return [
    ...(mac === undefined || noarp ? [] : [{ text: `neigh replace ${hop} lladdr ${mac} dev ${far} nud permanent`, what, optional: true }]),
    { text: `route replace default ${noarp ? '' : `via ${hop} `}dev ${far} ${noarp ? '' : 'onlink '}table ${table}`, what, optional: true },
  ];
}

/** Rules for senders come ahead of the local table; what the outside merely answers goes back by the first wire. */
function familyLines(wires: readonly Wire[], family: Family): readonly Line[] {
  const first = wires.findIndex((w) => w.uplink.carrier);
  return [
    { text: `rule add pref ${LOCAL_RULE} lookup local`, what: 'the outside' },
    { text: 'rule del pref 0', what: 'the outside' },
    ...wires.flatMap((wire, i) => (wire.uplink.carrier ? backLines(wire, FIRST_TABLE + i, family) : [])),
    ...(first < 0 ? [] : [{ text: `rule add pref ${LOCAL_RULE + 1} lookup ${FIRST_TABLE + first}`, what: 'the outside' }]),
  ];
}

/**
 * Makes the namespace that stands for everything outside: it holds the next hops of the host's routes and the given
 * outside addresses.
 */
export function planOutside(wires: readonly Wire[], addresses: readonly Ip[]): OutsidePlan {
  const lo = { text: 'link set dev lo up', what: 'the outside' };
  return { ip: [lo, ...addressLines(wires, addresses), ...familyLines(wires, 4)], ip6: familyLines(wires, 6) };
}

/** An outside machine sends by the wire over which its packet is to come in, even to another outside address. */
export function planSenders(uplinks: readonly Uplink[], flows: readonly KernelFlow[]): OutsidePlan {
  const senders = new Map<string, Line & { readonly family: Family }>();
  for (const { client, src = '', entry } of flows) {
    const ip = parseIp(src);
    const wire = uplinks.findIndex((u) => u.netns === entry?.netns && u.iface === entry.iface);
    if (client !== OUTSIDE || ip === undefined || wire < 0) continue;
    const text = `rule add pref ${SENDER_RULE} from ${formatIp(ip)} iif lo lookup ${FIRST_TABLE + wire}`;
    senders.set(src, { text, what: `outside machine ${src}`, family: familyOf(ip) });
  }
  const all = [...senders.values()];
  return { ip: all.filter((line) => line.family === 4), ip6: all.filter((line) => line.family === 6) };
}

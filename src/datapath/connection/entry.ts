import { familyOf, formatIp, type Family, type Ip } from '../../address/ip.js';
import { isRuntimeBridge } from '../../inventory/index.js';
import type { NetInterface, PolicyRule } from '../../model/link.js';
import type { Machine } from '../machine/machine.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Walk } from '../walk/walk.js';
import type { Client, EntryDevice, ConnectionAttempt } from './question.js';

/** @returns devices that lead to anywhere: those of a default route, whatever table it is in. */
export function uplinksOf(ns: NetnsState, family: Family): readonly string[] {
  const hops = ns.netns.routes.filter((r) => r.family === family && r.dst.length === 0 && r.type === 'unicast').flatMap((r) => r.nexthops);
  const up = hops.flatMap(({ dev }) => (dev !== undefined && ns.interfaces.get(dev)?.up === true ? [dev] : []));
  return [...new Set(up)].filter((dev) => ns.interfaces.get(dev)?.detail.kind !== 'loopback');
}

/** Whether containers, and nobody else, are on a link. */
function isInside({ host, root }: Machine, dev: string): boolean {
  const iface = root.interfaces.get(dev);
  return iface !== undefined && (iface.detail.kind === 'bridge' || iface.detail.kind === 'ether') && isRuntimeBridge(host, dev);
}

/** Devices that may lead out where no default route tells one. */
function anyWayIn(machine: Machine): readonly string[] {
  const leads = ({ name, up, carrier, master, detail }: NetInterface): boolean =>
    up && carrier && master === undefined && detail.kind !== 'loopback' && detail.kind !== 'vxlan' && !isInside(machine, name);
  const all = [...machine.root.interfaces.values()].filter((one) => leads(one) && machine.peer(machine.root, one.name) === undefined);
  return all.map(({ name }) => name);
}

/** @returns devices by which outside machines come in: uplinks first, then links that none but neighbours are on. */
export function entryDevices(machine: Machine, family: Family): readonly string[] {
  return [...new Set([...uplinksOf(machine.root, family), ...anyWayIn(machine)])];
}

/** Kinds of device whose packets go through another (`ip link add type …`). */
const TUNNELS: ReadonlySet<string> = new Set([
  ...['wireguard', 'tun', 'xfrm', 'geneve', 'ppp', 'l2tp'],
  ...['gre', 'gretap', 'ip6gre', 'ipip', 'sit', 'ip6tnl', 'vti', 'vti6'],
]);

function isTunnel({ interfaces }: NetnsState, dev: string): boolean {
  const detail = interfaces.get(dev)?.detail;
  return detail?.kind === 'vxlan' || (detail?.kind === 'other' && TUNNELS.has(detail.name));
}

/** Whether a device is a tunnel that the host sends by only what it has marked: nobody outside is taken to come in by it. */
function isTunnelOfMarks(ns: NetnsState, family: Family, dev: string): boolean {
  if (!isTunnel(ns, dev)) return false;
  const { netns } = ns;
  const own = netns.routes.filter((r) => r.family === family && r.dst.length === 0 && r.nexthops.some((hop) => hop.dev === dev));
  const tables = new Set(own.map(({ table }) => table));
  const leads = netns.rules.filter((r) => r.family === family && r.action.kind === 'table' && tables.has(r.action.table));
  const isLimited = (r: PolicyRule): boolean => !r.not && (r.fwmark !== undefined || r.iif !== undefined);
  return leads.some(({ fwmark }) => fwmark !== undefined) && leads.every(isLimited);
}

function among(devices: readonly string[], why: string): EntryDevice | undefined {
  const [dev, ...others] = devices;
  return dev === undefined ? undefined : { dev, others, taken: `${why}, so its packets are taken to come in by ${dev}` };
}

/**
 * Finds by which device of the host packets of an outside machine come in: the link that it is an address of, else an uplink; to
 * strict reverse path filters only the one with the route back is of use, which the walk tells.
 * @returns undefined where no device leads out.
 */
export function entryFor(machine: Machine, src: Ip): EntryDevice | undefined {
  const { root } = machine;
  const family = familyOf(src);
  const uplinks = uplinksOf(root, family);
  const ways = uplinks.length > 0 ? uplinks : anyWayIn(machine);
  const route = root.routeTo(src);
  const name = formatIp(src);
  if (route.kind === 'error') return among(ways, `the host has no route back to ${name}`);
  const { dev } = route;
  if (isInside(machine, dev)) {
    const empty = root.interfaces.get(dev)?.carrier === false;
    const elsewhere = empty ? among(ways, `${name} is an address of ${dev}'s subnet, and nobody is on ${dev} (no carrier)`) : undefined;
    if (elsewhere !== undefined) return { ...elsewhere, inside: dev };
    return { dev, others: [], taken: `${name} is an address of ${dev}'s subnet, so it is taken to be there` };
  }
  // who is behind a default route by a tunnel, which names no next hop, is no neighbour on it
  const isOnLink = route.via === undefined && !(route.route.dst.length === 0 && isTunnel(root, dev));
  const rest = isOnLink ? [] : uplinks.filter((one) => one !== dev);
  const others = rest.filter((one) => !isTunnelOfMarks(root, family, one));
  if (rest.length === 0) return { dev, others };
  return { dev, others, taken: `packets of ${name} are taken to come in by ${dev}, the way back to it` };
}

function ask(walk: Walk, { dev, others }: EntryDevice, src: Ip): string {
  const devices = [dev, ...others];
  for (const [i, one] of devices.entries()) {
    if (i === devices.length - 1) return one;
    const rest = devices.slice(i + 1);
    const detail = `by which device packets of ${formatIp(src)} come in, ${one} or ${rest.join(' or ')} (\`--from ${formatIp(src)}@${rest[0]!}\` names it)`;
    if (walk.oracle.ask({ category: 'uplink', yes: one, no: rest[0]!, usual: true, detail })) return one;
  }
  return dev;
}

/** @returns a question with the device by which its outside client comes in, where that has to be asked or taken for granted. */
export function entered<Q extends ConnectionAttempt>(walk: Walk, question: Q): Q {
  const { client } = question;
  if (client.kind !== 'outside' || client.entry === undefined) return question;
  const { entry, ...placed } = client;
  // who sends through the host from an inside address is inside, whoever the host is asked by
  if (entry.inside !== undefined && !client.ns.owns(question.dst)) return { ...question, client: { ...placed, dev: entry.inside } };
  if (entry.others.length > 0) {
    const dev = ask(walk, entry, client.src);
    return { ...question, client: { ...placed, dev } satisfies Client };
  }
  if (entry.taken !== undefined) {
    const detail = `${entry.taken}; \`--from ${formatIp(client.src)}@DEVICE\` names another`;
    walk.assumptions.push({ category: 'uplink', choice: `uplink=${entry.dev}`, detail, given: false });
  }
  return { ...question, client: placed };
}

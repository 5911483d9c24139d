import { addressBits, contains, familyOf, formatIp, parseIp, type Family, type Ip } from '../address/ip.js';
import type { KernelFlow } from './flow.js';
import type { PlanLine } from './plan/plan.js';
import { OUTSIDE } from './plan/plan.js';
import { words } from './write/words.js';
import type { Wire } from './wires.js';

/** Tables of the outside's namespace, one for each wire. */
const FIRST_TABLE = 100;
/** Priorities of its policy rules. */
const SENDER_RULE = 50;
const LOCAL_RULE = 100;
/** A next hop that stands for the host where it has no address on the wire. */
const STAND_IN = { 4: '192.0.0.9', 6: 'fe80::9' } as const;

export interface OutsidePlan {
  readonly ip: readonly PlanLine[];
  readonly ip6: readonly PlanLine[];
}

/** Neighbour discovery answers for a device's own addresses only: what is on a wire's link stands on its far end. */
function addressLines(wires: readonly Wire[], outside: readonly Ip[]): readonly PlanLine[] {
  const onLink = (wire: Wire, ip: Ip): boolean => wire.subnets.some((net) => contains(net, ip));
  const places = [
    ...wires.flatMap((wire) => wire.gateways.map((ip) => ({ ip, dev: wire.dev }))),
    ...outside.map((ip) => ({ ip, dev: wires.find((wire) => onLink(wire, ip))?.dev ?? 'lo' })),
  ];
  const lines = places.map(({ ip, dev }): PlanLine => {
    const length = addressBits(familyOf(ip));
    const own = words`addr add ${formatIp(ip)}/${length} dev ${dev} ${familyOf(ip) === 6 ? 'nodad' : []}`;
    return { words: own, what: `outside: ${own.join(' ')}` };
  });
  return [...new Map(lines.map((line) => [line.what, line])).values()];
}

/** Several uplinks on one network meet in a bridge. */
function hubLines(wires: readonly Wire[]): readonly PlanLine[] {
  return wires
    .filter((wire) => wire.uplinks.length > 1)
    .flatMap(({ dev, uplinks }) => {
      const what = `the network of ${uplinks.map((u) => `${u.netns} ${u.iface}`).join(', ')}`;
      return [
        { words: words`link add name ${dev} type bridge`, what },
        { words: words`link set dev ${dev} addrgenmode none`, what, optional: true },
        { words: words`link set dev ${dev} up`, what },
        ...uplinks.map((u) => ({ words: words`link set dev ${u.far} master ${dev}`, what })),
      ];
    });
}

/** How the outside reaches the host over one wire: by any address, as if the network in between delivered it. */
function backLines(wire: Wire, table: number, family: Family): readonly PlanLine[] {
  const { dev } = wire;
  const { netns, iface, mac, noarp } = wire.uplinks[0] ?? { netns: '', iface: '', mac: undefined, noarp: false };
  const what = `${netns}: the outside beyond ${iface}`;
  const hop = STAND_IN[family];
  const stations = wire.stations.filter(({ ip }) => familyOf(ip) === family);
  return [
    ...(mac === undefined || noarp
      ? []
      : [{ words: words`neigh replace ${hop} lladdr ${mac} dev ${dev} nud permanent`, what, optional: true }]),
    {
      words: words`route replace default ${noarp ? [] : words`via ${hop}`} dev ${dev} ${noarp ? [] : 'onlink'} table ${table}`,
      what,
      optional: true,
    },
    ...stations.flatMap(({ ip, mac: own }) => [
      { words: words`neigh replace ${formatIp(ip)} lladdr ${own} dev ${dev} nud permanent`, what, optional: true },
      { words: words`route replace ${formatIp(ip)} dev ${dev} table ${table}`, what, optional: true },
    ]),
  ];
}

const hasCarrier = (wire: Wire): boolean => wire.uplinks.some((u) => u.carrier);

/** Rules for senders come ahead of the local table; what the outside merely answers goes back by the first wire. */
function familyLines(wires: readonly Wire[], family: Family): readonly PlanLine[] {
  const first = wires.findIndex(hasCarrier);
  return [
    { words: words`rule add pref ${LOCAL_RULE} lookup local`, what: 'the outside' },
    { words: words`rule del pref 0`, what: 'the outside' },
    ...wires.flatMap((wire, i) => (hasCarrier(wire) ? backLines(wire, FIRST_TABLE + i, family) : [])),
    ...(first < 0 ? [] : [{ words: words`rule add pref ${LOCAL_RULE + 1} lookup ${FIRST_TABLE + first}`, what: 'the outside' }]),
  ];
}

/**
 * Makes the namespace that stands for everything outside: it holds the next hops of the host's routes and the given
 * outside addresses.
 */
export function planOutside(wires: readonly Wire[], addresses: readonly Ip[]): OutsidePlan {
  const lo = { words: words`link set dev lo up`, what: 'the outside' };
  return { ip: [lo, ...hubLines(wires), ...addressLines(wires, addresses), ...familyLines(wires, 4)], ip6: familyLines(wires, 6) };
}

/** An outside machine sends by the wire over which its packet is to come in, even to another outside address. */
export function planSenders(wires: readonly Wire[], flows: readonly KernelFlow[]): OutsidePlan {
  const senders = new Map<string, PlanLine & { readonly family: Family }>();
  for (const { client, src = '', entry } of flows) {
    const ip = parseIp(src);
    const wire = wires.findIndex((w) => w.uplinks.some((u) => u.netns === entry?.netns && u.iface === entry.iface));
    if (client !== OUTSIDE || ip === undefined || wire < 0) continue;
    const rule = words`rule add pref ${SENDER_RULE} from ${formatIp(ip)} iif lo lookup ${FIRST_TABLE + wire}`;
    senders.set(src, { words: rule, what: `outside machine ${src}`, family: familyOf(ip) });
  }
  const all = [...senders.values()];
  return { ip: all.filter((line) => line.family === 4), ip6: all.filter((line) => line.family === 6) };
}

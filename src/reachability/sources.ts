import { formatIp, parseIp, prefixOf, contains, type Family, type Ip } from '../address/ip.js';
import { type Machine, segmentOf } from '../datapath/index.js';
import { endpointOn } from '../inventory/index.js';
import { HOST_NETNS, isHostNetns } from '../model/netns.js';
import type { MatrixSource } from '../model/reachability.js';
import { containerSenders } from '../surface/index.js';
import { addressClasses } from './classes/address-classes.js';
import { Partition, type Condition } from './classes/partition.js';
import { allAddresses, formatAddresses, includes, intersect, intersection, type RangeSet } from '../address/ranges.js';
import { FiledConditions } from './classes/table-conditions.js';

/** One class of senders: a namespace of the snapshot, or outside addresses that nothing tells apart. */
export interface SourceClass {
  /** `from` of its flows. */
  readonly from: string;
  /** Absent: both, by what the destination is. */
  readonly family?: Family;
  /** The addresses it stands for, where it is outside. */
  readonly addresses?: RangeSet;
  /** It stands for no others of them than these: what both hold may be a very long list, and is seldom wanted. */
  readonly within?: RangeSet;
  /** What it was parted by. */
  readonly partedBy?: string;
  /** What rules on single ports tell apart among those addresses besides, where they were not told apart already. */
  readonly filed?: FiledConditions;
}

/** A source with the senders it is made of. */
export interface Source extends MatrixSource {
  readonly clients: readonly SourceClass[];
}

/** Addresses that no machine beyond a router sends from: this network, loopback, link-local, multicast, reserved. */
const NOT_SENDERS = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/127', 'fe80::/9', 'ff00::/8'].map((text) => {
  const [addr = '', length = ''] = text.split('/');
  return prefixOf(parseIp(addr)!, Number(length));
});

/** Addresses that people expect to see in examples. */
const LIKELY = ['203.0.113.1', '192.0.2.1', '198.51.100.1', '8.8.8.8', '2001:db8:ffff::1', '2001:4860:4860::8888'].map((text) =>
  parseIp(text)!,
);

/** @returns a member of a set, one that people know from examples where there is one. */
function representative(block: RangeSet): Ip {
  const likely = LIKELY.find((ip) => typeof ip === typeof block[0]![0] && includes(block, ip));
  if (likely !== undefined) return likely;
  const [lo, hi] = block.reduce((widest, range) =>
    BigInt(range[1]) - BigInt(range[0]) > BigInt(widest[1]) - BigInt(widest[0]) ? range : widest,
  );
  return lo === hi ? lo : typeof lo === 'number' ? lo + 1 : lo + 1n;
}

/** More prefixes than this are not listed. */
const MOST_SHOWN = 64;

const shown = new WeakMap<SourceClass, readonly string[]>();

/** @returns the addresses that a client stands for as text, or its name; written once, as every cell of a row names them. */
export function shownAddresses(client: SourceClass): readonly string[] {
  const { addresses, within, from } = client;
  if (addresses === undefined) return [from];
  let text = shown.get(client);
  if (text === undefined) {
    text = formatAddresses(within === undefined ? addresses : intersection(addresses, within), MOST_SHOWN);
    shown.set(client, text);
  }
  return text;
}

/** @returns the outside addresses that a client stands for. */
export function allAddressesOf({ addresses = [], within }: SourceClass): RangeSet {
  return within === undefined ? addresses : intersect(addresses, within);
}

interface Outside {
  readonly lan: readonly SourceClass[];
  readonly beyond: readonly SourceClass[];
}

/**
 * Parts an outside client by what rules on some ports ask of its address.
 * @param ports that its packets met.
 * @returns the clients that those rules tell apart, the given one's example first; their addresses add up to its own.
 */
export class ClientParts {
  private readonly known = new WeakMap<SourceClass, Map<string, readonly SourceClass[]>>();

  of(client: SourceClass, ports: Iterable<number>): readonly SourceClass[] {
    const { addresses, family, filed, partedBy } = client;
    if (addresses === undefined || family === undefined || filed === undefined) return [client];
    const { key, conditions } = filed.of(ports);
    if (key === '' || key === partedBy) return [client];
    let byKey = this.known.get(client);
    if (byKey === undefined) this.known.set(client, (byKey = new Map<string, readonly SourceClass[]>()));
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const made = this.anew({ ...client, partedBy: key }, family, conditions);
    byKey.set(key, made);
    return made;
  }

  private anew(client: SourceClass, family: Family, conditions: readonly Condition[]): readonly SourceClass[] {
    const own = parseIp(client.from)!;
    const addresses = allAddressesOf(client);
    const { within: _within, ...whole } = client;
    const parts = new Partition(allAddresses(family)[0]!, conditions).blocks.flatMap((block): readonly SourceClass[] => {
      if (includes(block, own)) return [{ ...whole, addresses, within: block }];
      const part = intersect(addresses, block);
      return part.length === 0 ? [] : [{ ...whole, addresses: part, from: formatIp(representative(part)) }];
    });
    return [...parts.filter((part) => part.from === client.from), ...parts.filter((part) => part.from !== client.from)];
  }
}

/**
 * @param whole parts addresses by every rule at once; otherwise rules on single ports are left to `ClientParts`.
 * @returns the classes of outside addresses, by whether they are on a link of the host or behind a router.
 */
export function outsideClients(machine: Machine, whole = true): Outside {
  const lan: SourceClass[] = [];
  const beyond: SourceClass[] = [];
  const uplinks = new Map<string, boolean>();
  const isUplink = (dev: string): boolean => {
    const known = uplinks.get(dev);
    if (known !== undefined) return known;
    const answer = segmentOf(machine, machine.root, dev).uplinks.some(({ ns }) => ns.isHost);
    uplinks.set(dev, answer);
    return answer;
  };
  for (const family of [4, 6] as const) {
    const filed = whole ? undefined : new FiledConditions();
    for (const block of addressClasses(machine, family, false, filed).blocks) {
      const ip = representative(block);
      if (machine.ownerOf(ip) !== undefined || NOT_SENDERS.some((net) => contains(net, ip))) continue;
      const route = machine.root.routeTo(ip);
      if (route.kind !== 'unicast' || !isUplink(route.dev)) continue;
      (route.via === undefined ? lan : beyond).push({ from: formatIp(ip), family, addresses: block, ...(filed && { filed }) });
    }
  }
  return { lan, beyond };
}

function outsideSource(name: 'outside' | 'lan', clients: readonly SourceClass[]): readonly Source[] {
  const [first] = clients;
  if (first === undefined) return [];
  const usual = clients.find((c) => LIKELY.some((ip) => formatIp(ip) === c.from)) ?? first;
  const members = clients.flatMap(shownAddresses);
  return [{ name, kind: name, from: usual.from, members, clients }];
}

/** @returns everybody who may ask: outside, the local network, the host, each network and each container. */
export function listSources(machine: Machine): readonly Source[] {
  const { lan, beyond } = outsideClients(machine, false);
  const containers = containerSenders(machine);
  const known = new Set(containers.map((c) => c.name));
  const others = [...machine.namespaces.keys()].filter((name) => !isHostNetns(name) && !known.has(name));
  const networks = machine.host.networks.flatMap((network): readonly Source[] => {
    const members = containers.filter((c) => endpointOn(c, network) !== undefined).map((c) => c.name);
    if (members.length === 0) return [];
    return [{ name: `network:${network.name}`, kind: 'network', from: members[0]!, members, clients: members.map((from) => ({ from })) }];
  });
  const one = (name: string, kind: 'host' | 'container'): Source => ({ name, kind, from: name, members: [], clients: [{ from: name }] });
  return [
    ...outsideSource('outside', beyond),
    ...outsideSource('lan', lan),
    ...(machine.host.netns.has(HOST_NETNS) ? [one(HOST_NETNS, 'host')] : []),
    ...networks,
    ...[...containers.map((c) => c.name), ...others].map((name) => one(name, 'container')),
  ];
}

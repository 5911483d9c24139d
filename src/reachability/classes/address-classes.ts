import { familyOf, lastOf, parsePrefix, prefixOf, type Family, type Ip, type Prefix } from '../../address/ip.js';
import { handsOver } from './handed-over.js';
import { type Machine, segmentOf, type NetnsState } from '../../datapath/index.js';
import { type Range, allAddresses, toSet } from '../../address/ranges.js';
import { nativeConditions, prefixRanges, rangeOf } from './address-conditions.js';
import { before, mappingsOf } from './mapped-addresses.js';
import { Partition, type Condition } from './partition.js';
import { tableConditions, type FiledConditions } from './table-conditions.js';
import { targetConditions } from './target-conditions.js';

/** Blocks that the kernel itself treats apart: martians, loopback, multicast, link-local; IPv6 by scope and RFC 6724 label. */
const BUILT_IN: Readonly<Record<Family, readonly string[]>> = {
  4: ['0.0.0.0/8', '0.0.0.0/32', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '224.0.0.0/24', '255.255.255.255/32'],
  6: ['::/128', '::1/128', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
};

/** RFC 6724's labels: they sway which source a socket bound to no address answers a datagram from. */
const LABELS = ['::/96', '::ffff:0:0/96', '2001::/32', '2002::/16', 'fc00::/7'];

/** Where the source that a namespace chooses changes with the destination (RFC 6724 rule 8: the longest common prefix). */
function* sourceChoices(ns: NetnsState): Generator<Condition> {
  const own = [...ns.interfaces.values()]
    .flatMap((i) => i.addresses.filter((a) => a.scope !== 'link').map((a) => a.ip))
    .filter((ip) => typeof ip === 'bigint');
  // wherever some of them part, two that follow each other in their order do: no need to compare all with all
  own.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  for (let i = 1; i < own.length; i++) {
    const [a, b] = [own[i - 1]!, own[i]!];
    if (a === b) continue;
    const beyondShared = 129 - (a ^ b).toString(2).length;
    yield [rangeOf(prefixOf(a, beyondShared))];
    yield [rangeOf(prefixOf(b, beyondShared))];
  }
}

/** Rules of routing that every namespace has: `local`, `main` and `default`. */
const DEFAULT_RULES = 3;

/** How far addresses are parted: see `addressClasses`. */
interface Parting {
  readonly filed: FiledConditions | undefined;
  readonly byRule: boolean;
}

/** An entry that the kernel learned of a machine outside says nothing that asking would not. */
function beyondUplink(machine: Machine, ns: NetnsState, ip: Ip): boolean {
  if (!ns.isHost || machine.ownerOf(ip) !== undefined) return false;
  const route = ns.routeTo(ip);
  return route.kind === 'unicast' && segmentOf(machine, ns, route.dev).uplinks.length > 0;
}

function* namespaceConditions(machine: Machine, ns: NetnsState, family: Family, how: Parting): Generator<Condition> {
  const { netns } = ns;
  const plain = function* (prefix: Prefix | undefined): Generator<Condition> {
    if (prefix !== undefined && familyOf(prefix.addr) === family && prefix.length !== 0) yield toSet(prefixRanges(prefix));
  };
  const one = function* (ip: Ip | undefined): Generator<Condition> {
    if (ip !== undefined && familyOf(ip) === family) yield [[ip, ip]];
  };
  for (const route of netns.routes) {
    yield* plain(route.dst);
    yield* plain(route.src);
  }
  for (const rule of netns.rules) {
    yield* plain(rule.from);
    yield* plain(rule.to);
  }
  for (const { addresses } of netns.interfaces) {
    for (const { ip, peer, prefixLength } of addresses) {
      yield* one(ip);
      const net = prefixOf(peer ?? ip, prefixLength);
      yield* plain(net);
      if (family === 4) yield* one(lastOf(net));
    }
  }
  for (const { ip, state } of netns.neighbours) if (state === 'PERMANENT' || !beyondUplink(machine, ns, ip)) yield* one(ip);
  // a socket of an address that is nowhere delivered hears nothing
  const all = netns.rules.length > DEFAULT_RULES || handsOver(ns);
  for (const ip of new Set(netns.sockets.map((socket) => socket.ip)))
    if (ip !== undefined && (all || ns.routeTo(ip).kind !== 'unicast')) yield* one(ip);
  for (const rule of ns.natives.rules(family)) yield* nativeConditions(rule, ns, family);
  for (const ruleset of netns.rulesets) {
    if (ruleset.family !== family) continue;
    for (const table of ruleset.tables.values()) yield* tableConditions(ns, table, family, undefined, how.filed, !how.byRule);
    if (how.byRule) yield* targetConditions(ruleset.tables.get('nat'), family);
  }
}

/** ipv6_addr_scope: the fourth hexadecimal digit of a multicast address, whatever its flags are. */
function* multicastScopes(): Generator<Condition> {
  for (let scope = 0n; scope < 16n; scope++) {
    yield Array.from({ length: 16 }, (_, flags): Range => rangeOf(prefixOf((0xff00n | (BigInt(flags) << 4n) | scope) << 112n, 16)));
  }
}

function* conditionsOf(machine: Machine, family: Family, labels: boolean, how: Parting): Generator<Condition> {
  const mappings = mappingsOf(machine, family);
  for (const text of BUILT_IN[family]) yield [rangeOf(parsePrefix(text)!)];
  if (family === 6) yield* multicastScopes();
  if (family === 6 && labels) for (const text of LABELS) yield [rangeOf(parsePrefix(text)!)];
  for (const ns of machine.namespaces.values()) {
    if (family === 6 && labels) yield* sourceChoices(ns);
    for (const condition of namespaceConditions(machine, ns, family, how)) {
      yield condition;
      if (mappings.length > 0) yield* before(condition, mappings);
    }
  }
}

/**
 * Parts all addresses of a family by everything in the snapshot that looks at addresses: rules, sets, routes, policy rules,
 * interfaces, neighbours and sockets of every namespace. Two addresses of one class are treated alike wherever they stand
 * in a packet, except where a NAT target hashes them to choose from several addresses.
 * @param labels also by what the choice of a source address looks at; only senders of datagrams, and destinations, need it.
 * @param filed takes what rules on single ports ask of senders, which then part only the senders of what meets those ports.
 * @param byRule tells addresses apart as well that fare alike by different rules, and that are translated to themselves.
 */
export function addressClasses(machine: Machine, family: Family, labels = true, filed?: FiledConditions, byRule = false): Partition {
  return new Partition(allAddresses(family)[0]!, conditionsOf(machine, family, labels, { filed, byRule }));
}

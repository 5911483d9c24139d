import type { Family } from '../address/ip.js';
import type { ListeningSocket, Netns, SourceKind } from '../model/host.js';
import type { PolicyRule, Route } from '../model/link.js';
import type { FileAccount } from '../model/listing.js';
import { isHostNetns, netnsFolder } from '../model/netns.js';
import type { Problem } from '../model/origin.js';
import { readAtStart } from './at-start.js';
import { bridgesOf, type BridgeKnowledge } from './bridges.js';
import { knownByNft } from './join-rulesets.js';
import { ListingReader, type SourceFile } from './listing.js';
import { readNftables } from './nftables.js';
import { parseBridgeFdb } from './parsers/bridge-fdb.js';
import { parseBridgeLink } from './parsers/bridge-link.js';
import { parseBridgeVlan } from './parsers/bridge-vlan.js';
import { parseBrctlShow } from './parsers/brctl-show.js';
import { parseIpAddr } from './parsers/ip-addr.js';
import { parseIpNeigh } from './parsers/ip-neigh.js';
import { parseIpRoute } from './parsers/ip-route.js';
import { parseIpRule } from './parsers/ip-rule.js';
import { parseIpsetSave } from './parsers/ipset-save.js';
import { parseIpvsSave } from './parsers/ipvs-save.js';
import { routeKey } from './parsers/route-fields.js';
import { looksLikeNetstat, parseNetstat, parseSs } from './parsers/sockets.js';
import { parseSysctl, type Settings } from './parsers/sysctl.js';
import { parseConnections } from './parsers/connections.js';
import { readTestimonies } from './parsers/testimony/index.js';
import { parseDmesg } from './parsers/dmesg.js';
import { parseIfconfig } from './parsers/ifconfig.js';
import { present } from './parsers/present.js';
import { parsePs } from './parsers/ps.js';
import { parseServices } from './parsers/services.js';
import { parseWgShow } from './parsers/wg-show.js';
import { parseResolvConf } from './parsers/resolv-conf.js';
import { readFamily } from './read-rules.js';
import { connectedRoutes, linkdownProblems, readOne, withLoggedPorts, withLoopback, withOpeners, withProxies } from './written.js';

const noEntries = (list: readonly unknown[]): boolean => list.length === 0;
const joinMaps = <V>(parts: readonly ReadonlyMap<string, V>[]): ReadonlyMap<string, V> => new Map(parts.flatMap((part) => [...part]));
const noKeys = (map: ReadonlyMap<string, unknown>): boolean => map.size === 0;

function readSettings(reader: ListingReader): Pick<Netns, 'sysctl' | 'absentSettings'> {
  const read = reader.read<Settings>({
    kind: 'sysctl',
    names: ['sysctl.txt'],
    parse: parseSysctl,
    isEmpty: ({ values, absent }) => values.size + absent.size === 0,
    join: (parts) => ({
      values: joinMaps(parts.map(({ values }) => values)),
      absent: new Set(parts.flatMap(({ absent }) => [...absent])),
    }),
  });
  if (read === undefined) return { sysctl: new Map() };
  return { sysctl: read.values, ...(read.absent.size > 0 && { absentSettings: read.absent }) };
}

/** A command's JSON listing, and its plain one. */
function namesOf(command: string): readonly string[] {
  return [`${command}.json`, `${command}.txt`];
}

/** `ip route show table all` lists both families; each route is kept once. */
function readRoutes(reader: ListingReader): readonly Route[] {
  const read = (kind: SourceKind, name: string, hint: Family): readonly Route[] =>
    reader.read({
      kind,
      names: namesOf(name),
      parse: (text, file) => parseIpRoute(text, file, hint),
      isEmpty: noEntries,
      join: (parts) => parts.flat(),
    }) ?? [];
  const both = read('route', 'ip-route', 4);
  const six = read('route6', 'ip6-route', 6);
  const mixed = reader.sources.get('route');
  if (mixed !== undefined && !reader.sources.has('route6') && both.some((route) => route.family === 6)) reader.sources.set('route6', mixed);
  const keys = new Set(six.map(routeKey));
  return [...both.filter((route) => route.family === 4 || !keys.has(routeKey(route))), ...six];
}

function readRules(reader: ListingReader): readonly PolicyRule[] {
  const read = (kind: SourceKind, name: string, hint: Family): readonly PolicyRule[] =>
    reader.read({ kind, names: namesOf(name), parse: (text, file) => parseIpRule(text, file, hint), isEmpty: noEntries }) ?? [];
  return [...read('rule', 'ip-rule', 4), ...read('rule6', 'ip6-rule', 6)];
}

function readSockets(reader: ListingReader): readonly ListeningSocket[] {
  const parse = (text: string, file: string): ReturnType<typeof parseSs> =>
    looksLikeNetstat(text) ? parseNetstat(text, file) : parseSs(text, file);
  return reader.read({ kind: 'sockets', names: ['ss.txt', 'netstat.txt'], parse, isEmpty: noEntries }) ?? [];
}

/** Of a listing that is known in part, what is in it says nothing of what is not. */
function wholeWireguard(reader: ListingReader): Netns['wireguard'] | undefined {
  const problems = reader.problems.length;
  const read = readOne(reader, 'wg-show.txt', parseWgShow);
  return reader.problems.length > problems ? undefined : read;
}

/** What is told of packets is no listing: what of it is not understood, or was cut, leaves nothing unknown. */
function testimoniesOf(reader: ListingReader, netns: string): Netns['testimonies'] | undefined {
  const files = ['testimony.txt', 'dmesg.txt'].flatMap((name) => reader.filesOf(name)).filter(({ unread }) => unread === undefined);
  return files.length === 0 ? undefined : files.flatMap(({ text, shown }) => readTestimonies(text, shown, netns));
}

/** What is known of a namespace's bridges from its several listings. */
function readBridges(reader: ListingReader): BridgeKnowledge {
  const addr = reader.read({
    kind: 'addr',
    names: namesOf('ip-addr'),
    parse: parseIpAddr,
    isEmpty: (data) => data.interfaces.length === 0,
    neverEmpty: true,
  });
  const ports = reader.read({ kind: 'bridge-link', names: namesOf('bridge-link'), parse: parseBridgeLink, isEmpty: noEntries }) ?? [];
  const old = { kind: 'addr', names: ['ifconfig.txt'], parse: parseIfconfig, isEmpty: noEntries, neverEmpty: true } as const;
  const interfaces = addr === undefined ? reader.read(old) : addr.interfaces;
  return {
    interfaces: interfaces ?? [],
    slavePorts: addr?.ports ?? [],
    ports,
    brctl: readOne(reader, 'brctl-show.txt', parseBrctlShow) ?? [],
    hidesPorts: reader.sources.get('addr')?.unshown?.includes('ports') ?? false,
  };
}

/**
 * Reads one namespace.
 * @param files the files of its folder, by name.
 * @param bridgeNames names that Docker's networks say are bridges.
 * @returns the namespace, what was not understood, and the names of the files that were read.
 */
export function buildNetns(
  name: string,
  files: ReadonlyMap<string, SourceFile>,
  bridgeNames: ReadonlySet<string>,
): {
  readonly netns: Netns;
  readonly problems: readonly Problem[];
  readonly files: readonly FileAccount[];
  readonly used: ReadonlySet<string>;
} {
  const reader = new ListingReader(files);
  const bridges = bridgesOf(readBridges(reader), bridgeNames);
  const read = [...readFamily(reader, 4, name), ...readFamily(reader, 6, name)];
  const shown = reader.sources.get('addr')?.file;
  const interfaces =
    shown === undefined && isHostNetns(name) ? bridges.interfaces : withLoopback(bridges.interfaces, shown ?? netnsFolder(name));
  const nftables = readNftables(reader, read);
  const rulesets = knownByNft(read, nftables, reader.sources);
  const listedRoutes = readRoutes(reader);
  const routes = reader.sources.has('route') ? listedRoutes : [...listedRoutes, ...connectedRoutes(interfaces)];
  const processes = readOne(reader, 'ps.txt', parsePs);
  const netns: Netns = {
    name,
    interfaces,
    bridgePorts: withLoggedPorts(bridges.ports, readOne(reader, 'dmesg.txt', parseDmesg) ?? []),
    routes,
    rules: readRules(reader),
    neighbours: reader.read({ kind: 'neigh', names: namesOf('ip-neigh'), parse: parseIpNeigh, isEmpty: noEntries }) ?? [],
    fdb: reader.read({ kind: 'bridge-fdb', names: namesOf('bridge-fdb'), parse: parseBridgeFdb, isEmpty: noEntries }) ?? [],
    vlans: reader.read({ kind: 'bridge-vlan', names: namesOf('bridge-vlan'), parse: parseBridgeVlan, isEmpty: noEntries }) ?? [],
    sockets: withOpeners(withProxies(readSockets(reader), processes ?? []), processes ?? [], name),
    ...readSettings(reader),
    rulesets,
    ipsets: reader.read({ kind: 'ipset', names: ['ipset-save.txt'], parse: parseIpsetSave, isEmpty: noKeys }) ?? new Map(),
    ...present({
      refused: reader.refused.size === 0 ? undefined : reader.refused,
      virtualServers: reader.read({ kind: 'ipvs', names: ['ipvs-save.txt'], parse: parseIpvsSave, isEmpty: noEntries }),
      wireguard: wholeWireguard(reader),
      nftables,
      processes,
      services: readOne(reader, 'services.txt', parseServices),
      resolvers: readOne(reader, 'resolv.conf', parseResolvConf),
      testimonies: testimoniesOf(reader, name),
      atStart: readAtStart(reader),
      connections: readOne(reader, 'netstat-connections.txt', parseConnections),
    }),
    sources: reader.sources,
  };
  const problems = [...reader.problems, ...bridges.problems, ...linkdownProblems(routes, interfaces)];
  return { netns, problems, files: reader.filesRead, used: reader.used };
}

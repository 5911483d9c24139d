import { addressBits, parsePrefix, type Family } from '../../src/address/ip.js';
import { withClones } from './random-clones.js';
import { Rng } from '../kernel/generate/rng.js';
import type { Scenario, ScenarioChain, ScenarioNetns, ScenarioTable } from '../kernel/generate/scenario.js';
import { lastAddress, netmapRule, oddRule, ruleRun, type Place, type Scattered } from './random-rules.js';

type TableName = ScenarioTable['name'];

const HOOKS: Readonly<Record<TableName, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

const COMES_IN = new Set(['PREROUTING', 'INPUT', 'FORWARD']);
const GOES_OUT = new Set(['FORWARD', 'OUTPUT', 'POSTROUTING']);
const PORTS = [22, 53, 80, 443, 5432, 8080, 9000, 1024, 32768, 49152];
const OUTSIDE: Readonly<Record<Family, readonly string[]>> = {
  4: ['203.0.113.8', '203.0.113.70', '198.51.100.77', '192.0.2.66', '100.64.3.3', '127.0.0.1', '224.0.0.5'],
  6: ['2001:db8:8::8', '2001:db8:9::9', '2001:db8:1::77', '::1', 'ff02::5'],
};

/** Addresses of a namespace and of those it talks to, with the ends of its networks. */
function addressesOf(scenario: Scenario, family: Family): readonly string[] {
  const given = scenario.namespaces.flatMap((n) => n.ip.flatMap((line) => /^addr add (\S+)/.exec(line)?.[1] ?? []));
  const own = given.filter((text) => text.includes(':') === (family === 6) && !text.startsWith('fe80'));
  const ends = own.flatMap((text) => {
    const net = parsePrefix(text);
    return net === undefined || family === 6 ? [] : [lastAddress(net.addr, net.length)];
  });
  return [...own.map((text) => text.split('/')[0] ?? ''), ...own.map((text) => text.split('/')[0] ?? ''), ...ends, ...OUTSIDE[family]];
}

function devicesOf(space: ScenarioNetns): readonly string[] {
  const names = space.ip.flatMap((line) => / dev (\S+)/.exec(line)?.[1] ?? []);
  return [...new Set([...names, 'lo', 'v+', 'eth+'])];
}

function setsOf(space: ScenarioNetns, family: Family): Place['sets'] {
  return space.ipset.flatMap((line) => {
    const [verb, name = '', type = ''] = line.split(' ');
    if (verb !== 'create' || /mac|iface|list/.test(type)) return [];
    const fits = line.includes('inet6') === (family === 6) && (family === 4 || !type.startsWith('bitmap:ip'));
    return fits || type === 'bitmap:port' ? [{ name, dims: (type.split(':')[1] ?? '').split(',').length }] : [];
  });
}

function newRules(place: Place): readonly string[] {
  const { rng, table } = place;
  if (rng.chance(0.12)) return ruleRun(place);
  return [table === 'nat' && rng.chance(0.1) ? netmapRule(place) : oddRule(place)];
}

/** A namespace without what this host is to do without. */
function without(space: ScenarioNetns, { bytes, netmap }: Scattered): ScenarioNetns {
  const stays = (rule: string): boolean => (bytes || !/ -m (?:u32|string|bpf) /.test(rule)) && (netmap || !rule.includes(' -j NETMAP'));
  return { ...space, tables: space.tables.map((t) => ({ ...t, chains: t.chains.map((c) => ({ ...c, rules: c.rules.filter(stays) })) })) };
}

/** Puts rules among those of a table; one that was not there is made. */
function widenTable(host: Pick<Place, 'rng' | 'family' | 'addresses' | 'scattered'>, space: ScenarioNetns, name: TableName): ScenarioTable {
  const { rng, family } = host;
  const known = space.tables.find((t) => t.family === family && t.name === name);
  const chains: readonly ScenarioChain[] =
    known?.chains ?? HOOKS[name].map((hook) => ({ name: hook, policy: 'ACCEPT' as const, rules: [] }));
  const base = { ...host, table: name, devices: devicesOf(space), ports: PORTS, sets: setsOf(space, family) };
  return {
    family,
    name,
    chains: chains.map((chain) => {
      if (!HOOKS[name].includes(chain.name) || !rng.chance(0.5)) return chain;
      const place: Place = { ...base, chain: chain.name, comesIn: COMES_IN.has(chain.name), goesOut: GOES_OUT.has(chain.name) };
      const rules = [...chain.rules];
      for (let n = rng.int(1, 4); n > 0; n--) rules.splice(rng.int(0, rules.length), 0, ...newRules(place));
      return { ...chain, rules };
    }),
  };
}

function policyRules(rng: Rng, addresses: readonly string[]): readonly string[] {
  const family = addresses[0]?.includes(':') === true ? 6 : 4;
  const net = (): string => `${rng.pick(addresses)}/${family === 4 ? rng.pick([32, 32, 24]) : rng.pick([128, 128, 64])}`;
  const range = (): string => {
    const port = rng.pick(PORTS);
    return rng.chance(0.5) ? String(port) : `${port}-${port + rng.pick([1, 100, 9000])}`;
  };
  const selectors = [
    () => `from all ipproto udp dport ${range()}`,
    () => `from all ipproto tcp sport ${range()}`,
    () => `from ${net()} fwmark ${rng.pick(['0x1', '0x2/0xff', '0x10/0xf0'])}`,
    () => `from ${net()} to ${net()}`,
    () => `not from all to ${net()}`,
    () => `from all tos 0x10`,
  ];
  const actions = [
    'lookup 100',
    'lookup 100',
    'blackhole',
    'prohibit',
    'unreachable',
    'lookup 254',
    'goto 32766',
    'lookup main suppress_prefixlength 0',
  ];
  return rng.times(0, 2, () => `rule add ${rng.pick(selectors)()} pref ${rng.int(100, 32000)} ${rng.pick(actions)}`);
}

const SYSCTLS: readonly (readonly [string, readonly number[]])[] = [
  ['net.ipv4.fwmark_reflect', [1]],
  ['net.ipv6.fwmark_reflect', [1]],
  ['net.ipv4.tcp_fwmark_accept', [1]],
  ['net.ipv4.icmp_errors_use_inbound_ifaddr', [1]],
  ['net.ipv6.icmp.echo_ignore_all', [1]],
  ['net.ipv4.conf.all.proxy_arp', [1]],
  ['net.ipv4.conf.all.arp_ignore', [1, 2, 8]],
  ['net.ipv4.conf.all.accept_local', [1]],
  ['net.ipv4.conf.all.route_localnet', [1]],
];

/** Routes that end packets, and some that the kernel shares out among several neighbours. */
function oddRoutes(rng: Rng, space: ScenarioNetns, addresses: readonly string[]): readonly string[] {
  const family = addresses[0]?.includes(':') === true ? 6 : 4;
  const types = ['blackhole', 'prohibit', 'unreachable'];
  const ends = rng.chance(0.25) ? [`route add ${rng.pick(types)} ${rng.pick(addresses)}/${addressBits(family)} metric 7`] : [];
  const hops = (family === 4 ? space.ip : space.ip6).flatMap((line) => /^route add default (via \S+ dev \S+)$/.exec(line)?.[1] ?? []);
  const [hop] = hops;
  if (hop === undefined || !rng.chance(0.15)) return ends;
  const net = family === 4 ? rng.pick(['203.0.113.64/27', '100.64.0.0/16']) : '2001:db8:8:0:8000::/65';
  const other = hop.replace(/(?<=via \S*)1(?= dev)/, '3');
  return [...ends, `route add ${net}\n\tnexthop ${hop} weight 1\n\tnexthop ${other} weight 1`];
}

/** The docker-proxies of the ports that the chain DOCKER publishes. */
function proxies(rng: Rng, space: ScenarioNetns): ScenarioNetns['listeners'] {
  const published = space.tables.flatMap((t) =>
    t.chains.flatMap((c) => (c.name === 'DOCKER' ? c.rules.flatMap((r) => /-p tcp --dport (\d+)/.exec(r)?.[1] ?? []) : [])),
  );
  const ports = [...new Set(published)].map(Number).filter((port) => space.listeners.every((l) => l.port !== port || l.proto !== 'tcp'));
  return rng.some(ports, 0.7).map((port) => ({ proto: 'tcp' as const, family: 4 as const, dualStack: false, port }));
}

/** What is added to a random host, and which of its ports docker-proxy holds. */
export interface Widened {
  readonly scenario: Scenario;
  readonly proxied: ReadonlySet<number>;
}

/**
 * Adds what a host's own kernel would refuse or answer by chance, and what is rare: rules on raw bytes and on what conntrack
 * remembers, ranges of addresses and ports to translate to, masks with holes, sets that rules write to, runs of rules,
 * containers that are alike.
 */
export function widened(plain: Scenario): Widened {
  const rng = new Rng(plain.seed ^ 0x5e75);
  const scenario = rng.chance(0.3) ? withClones(rng, plain) : plain;
  const addresses = { 4: addressesOf(scenario, 4), 6: addressesOf(scenario, 6) };
  const proxied = new Set<number>();
  const scattered: Scattered = { bytes: rng.chance(0.15), holes: rng.chance(0.12), several: rng.chance(0.12), netmap: rng.chance(0.2) };
  const namespaces = scenario.namespaces.map((all): ScenarioNetns => {
    const space = without(all, scattered);
    const isHost = space.name === 'host';
    if (!isHost && !rng.chance(0.3)) return space;
    const created = isHost
      ? [4, 6].flatMap((f) => [
          `create seen${f} hash:ip family inet${f === 4 ? '' : '6'}`,
          `create pair${f} hash:ip,port family inet${f === 4 ? '' : '6'}`,
        ])
      : [];
    const own = { ...space, ipset: [...space.ipset, ...created] };
    const touched = ([4, 6] as const).flatMap((family) =>
      rng
        .some(['raw', 'mangle', 'nat', 'filter'] as const, isHost ? 0.45 : 0.2)
        .map((name) => widenTable({ rng, family, addresses: addresses[family], scattered }, own, name)),
    );
    const kept = space.tables.filter((t) => !touched.some((w) => w.family === t.family && w.name === t.name));
    const extra = isHost ? proxies(rng, space) : [];
    for (const { port } of extra) proxied.add(port);
    return {
      ...own,
      tables: [...kept, ...touched],
      ip: [...space.ip, ...policyRules(rng, addresses[4]), ...oddRoutes(rng, space, addresses[4])],
      ip6: [...space.ip6, ...policyRules(rng, addresses[6]), ...oddRoutes(rng, space, addresses[6])],
      sysctls: [...space.sysctls, ...rng.some(SYSCTLS, 0.08).map(([key, values]) => [key, String(rng.pick(values))] as const)],
      listeners: [...space.listeners, ...extra],
    };
  });
  return { scenario: { ...scenario, namespaces }, proxied };
}

import { formatIp, formatPrefix, parsePrefix, type Family, type Ip } from '../../address/ip.js';
import type { Container, DockerNetwork, Host, Netns } from '../../model/host.js';
import type { Rule, Table, TableName } from '../../model/netfilter.js';
import { HOST_NETNS, isHostNetns } from '../../model/netns.js';
import { endpointOn } from '../members.js';
import { gatewayModeOf, saysNo } from '../network-options.js';

/** A rule that Docker writes: what it is for, in words, and how it is known. */
interface Duty {
  readonly text: string;
  readonly is: (rule: Rule) => boolean;
}

const target = (rule: Rule): string => rule.spec.target?.name ?? '';
/** Words that follow an option of a match or of the target. */
const wordOf = ({ spec: { matches, target: to } }: Rule, flag: string): string | undefined =>
  [...matches.flatMap(({ options }) => options), ...(to?.options ?? [])].find((one) => one.flag === flag)?.args[0];
const comesFrom = ({ head }: Rule, bridge: string): boolean => head?.in?.value === bridge && !head.in.negated;
const goesTo = ({ head }: Rule, bridge: string): boolean => head?.out?.value === bridge && !head.out.negated;
const leaves = ({ head }: Rule, bridge: string): boolean => head?.out?.value === bridge && head.out.negated;
const isOfDocker = ({ chain }: Rule): boolean => chain === 'FORWARD' || /^DOCKER/.test(chain);

function* rulesOf(tables: readonly Table[]): Generator<Rule> {
  for (const { chains } of tables) for (const { rules } of chains.values()) yield* rules;
}

/** The tables of one name, of both back ends where both have rules. */
function tablesOf({ rulesets }: Netns, family: Family, name: TableName): readonly Table[] {
  return rulesets.filter((set) => set.family === family).flatMap(({ tables }) => tables.get(name) ?? []);
}

const hasChain = (tables: readonly Table[], name: string): boolean => tables.some(({ chains }) => chains.has(name));

/** Chains of Docker's to which it leads packets whatever networks there are, and from where: from one of each. */
const LED_TO: readonly (readonly [TableName, string, readonly (readonly string[])[]])[] = [
  ['nat', 'DOCKER', [['PREROUTING'], ['OUTPUT']]],
  ['filter', 'DOCKER-USER', [['FORWARD']]],
  ['filter', 'DOCKER-FORWARD', [['FORWARD']]],
  ['filter', 'DOCKER-CT', [['DOCKER-FORWARD']]],
  ['filter', 'DOCKER-BRIDGE', [['DOCKER-FORWARD']]],
  ['filter', 'DOCKER-INTERNAL', [['DOCKER-FORWARD']]],
  ['filter', 'DOCKER-ISOLATION-STAGE-1', [['DOCKER-FORWARD', 'FORWARD']]],
];

/** @returns a jump to a chain of Docker's that nobody makes. */
function lostJump(tables: ReadonlyMap<TableName, readonly Table[]>): string | undefined {
  for (const [name, chain, from] of LED_TO) {
    const own = tables.get(name) ?? [];
    if (!hasChain(own, chain)) continue;
    const leads = (caller: string): boolean =>
      own.some(({ chains }) => chains.get(caller)?.rules.some((rule) => target(rule) === chain) === true);
    const lost = from.find((callers) => !callers.some(leads));
    if (lost !== undefined) return `-A ${lost[0] ?? ''} -j ${chain} of table ${name}`;
  }
  return undefined;
}

/** What Docker writes into table filter for a bridge by which its containers go out (Moby, drivers/bridge/internal/iptabler). */
function filterDuties(bridge: string, filter: readonly Table[]): readonly Duty[] {
  const staged = hasChain(filter, 'DOCKER-ISOLATION-STAGE-1');
  return [
    {
      text: `-o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
      is: (rule) => goesTo(rule, bridge) && wordOf(rule, '--ctstate')?.includes('ESTABLISHED') === true,
    },
    { text: `-o ${bridge} -j DOCKER`, is: (rule) => goesTo(rule, bridge) && target(rule) === 'DOCKER' },
    {
      text: `-i ${bridge} -j ACCEPT`,
      is: (rule) => comesFrom(rule, bridge) && !goesTo(rule, bridge) && target(rule) === 'ACCEPT',
    },
    ...(staged
      ? [
          {
            text: `-A DOCKER-ISOLATION-STAGE-1 -i ${bridge} ! -o ${bridge} -j DOCKER-ISOLATION-STAGE-2`,
            is: (rule: Rule) =>
              rule.chain === 'DOCKER-ISOLATION-STAGE-1' && comesFrom(rule, bridge) && target(rule) === 'DOCKER-ISOLATION-STAGE-2',
          },
          {
            text: `-A DOCKER-ISOLATION-STAGE-2 -o ${bridge} -j DROP`,
            is: (rule: Rule) => rule.chain === 'DOCKER-ISOLATION-STAGE-2' && goesTo(rule, bridge) && target(rule) === 'DROP',
          },
        ]
      : []),
    ...sinceForwardChain(bridge, filter),
  ];
}

/** Before Engine 28 a bridge's own packets have a rule by themselves; since then what no rule lets in is dropped at the end of DOCKER. */
function sinceForwardChain(bridge: string, filter: readonly Table[]): readonly Duty[] {
  if (!hasChain(filter, 'DOCKER-FORWARD'))
    return [{ text: `-i ${bridge} -o ${bridge}`, is: (rule) => comesFrom(rule, bridge) && goesTo(rule, bridge) }];
  return [
    {
      text: `-A DOCKER ! -i ${bridge} -o ${bridge}`,
      is: (rule) => rule.chain === 'DOCKER' && goesTo(rule, bridge) && rule.head?.dst === undefined,
    },
  ];
}

function internalDuties(bridge: string): readonly Duty[] {
  return [
    { text: `-o ${bridge} -j DROP`, is: (rule) => goesTo(rule, bridge) && target(rule) === 'DROP' },
    { text: `-i ${bridge} -j DROP`, is: (rule) => comesFrom(rule, bridge) && target(rule) === 'DROP' },
  ];
}

/** Subnets of a network by family. */
function subnetsOf({ subnets }: DockerNetwork, family: Family): readonly string[] {
  const prefixes = subnets.flatMap(({ prefix }) => parsePrefix(prefix) ?? []);
  return prefixes.filter(({ addr }) => (typeof addr === 'number' ? 4 : 6) === family).map(formatPrefix);
}

function natDuties(network: DockerNetwork, bridge: string, family: Family): readonly Duty[] {
  if (saysNo(network, 'enable_ip_masquerade') || gatewayModeOf(network, family) === 'routed') return [];
  return subnetsOf(network, family).map((subnet) => ({
    text: `-A POSTROUTING -s ${subnet} ! -o ${bridge} -j MASQUERADE`,
    is: (rule) =>
      ['MASQUERADE', 'SNAT'].includes(target(rule)) &&
      (leaves(rule, bridge) || target(rule) === 'SNAT') &&
      rule.head?.src !== undefined &&
      formatPrefix(rule.head.src.value) === subnet,
  }));
}

/** @returns what no rule does that Docker writes. */
function undone(duties: readonly Duty[], rules: readonly Rule[]): string | undefined {
  return duties.find(({ is }) => !rules.some(is))?.text;
}

/** What a container publishes on a network, by the addresses that it has there. */
interface Ends {
  readonly container: Container;
  readonly ips: ReadonlySet<Ip>;
}

function endsOf({ containers }: Host, network: DockerNetwork, family: Family): readonly Ends[] {
  return containers.flatMap((container) => {
    const end = container.running && !isHostNetns(container.netns) ? endpointOn(container, network) : undefined;
    const ip = family === 4 ? end?.ip : end?.ip6;
    return ip === undefined ? [] : [{ container, ips: new Set([ip]) }];
  });
}

/** Where a rule of Docker's leads a published port: `172.17.0.2:80`, `[fd00::2]:80`. */
function leadsTo(rule: Rule): string | undefined {
  if (rule.chain !== 'DOCKER' || target(rule) !== 'DNAT') return undefined;
  return wordOf(rule, '--to-destination');
}

/** What rules of DOCKER let in: all of a bridge, by its name, or one port of an address on it. */
function openedBy(filter: readonly Rule[]): ReadonlySet<string> {
  return new Set(
    filter.flatMap((rule) => {
      const { out, dst, proto } = rule.head ?? {};
      if (rule.chain !== 'DOCKER' || target(rule) !== 'ACCEPT' || out === undefined || out.negated) return [];
      if (dst === undefined) return proto === undefined ? [out.value] : [];
      return [`${out.value} ${formatIp(dst.value.addr)} ${wordOf(rule, '--dport') ?? ''}`];
    }),
  );
}

/** @returns a port that is led to a container by a rule of nat, and let in by none of filter (nat-unprotected lets in what comes). */
function unopened(nat: readonly Rule[], filter: readonly Rule[], bridges: ReadonlyMap<string, readonly Ends[]>): string | undefined {
  const owner = new Map(
    [...bridges].flatMap(([bridge, ends]) => ends.flatMap(({ ips }) => [...ips].map((ip) => [formatIp(ip), bridge] as const))),
  );
  const opened = openedBy(filter);
  for (const rule of nat) {
    const [, ip, port] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(leadsTo(rule) ?? '') ?? [];
    const bridge = owner.get(ip ?? '');
    if (ip === undefined || port === undefined || bridge === undefined) continue;
    if (!opened.has(bridge) && !opened.has(`${bridge} ${ip} ${port}`))
      return `-A DOCKER -d ${ip} -o ${bridge} --dport ${port} -j ACCEPT, which its rule of nat \`${rule.text}\` needs`;
  }
  return undefined;
}

/** @returns a published port to which no rule of nat leads, of a network whose ports are led to by such rules. */
function unled(nat: readonly Rule[], networks: readonly DockerNetwork[], host: Host, family: Family): string | undefined {
  const led = new Set(nat.flatMap((rule) => leadsTo(rule) ?? []));
  const translated = networks.filter((one) => gatewayModeOf(one, family) !== 'routed');
  const ends = translated.flatMap((network) => endsOf(host, network, family));
  for (const container of new Set(ends.map((one) => one.container))) {
    const ips = ends.filter((one) => one.container === container).flatMap((one) => [...one.ips]);
    const port = container.published.find(
      (one) =>
        (one.hostIp === undefined ? (one.family ?? 4) === family : (typeof one.hostIp === 'number' ? 4 : 6) === family) &&
        !ips.some((ip) => led.has(family === 4 ? `${formatIp(ip)}:${one.containerPort}` : `[${formatIp(ip)}]:${one.containerPort}`)),
    );
    if (port !== undefined) return `-A DOCKER --dport ${port.hostPort} -j DNAT, for ${container.name}`;
  }
  return undefined;
}

/** Networks whose bridges the host has and for which Docker writes rules. */
function ruledNetworks(
  { networks, containers }: Host,
  own: Netns,
  family: Family,
): readonly (DockerNetwork & { readonly bridge: string })[] {
  if (containers.some(({ rootless }) => rootless === true)) return [];
  const names = own.sources.get('addr')?.state === 'whole' ? new Set(own.interfaces.map(({ name }) => name)) : undefined;
  return networks.flatMap((network) => {
    const { bridge, driver, runtime, ipv6 } = network;
    if (bridge === undefined || driver !== 'bridge' || runtime !== undefined || (family === 6 && !ipv6)) return [];
    return names === undefined || names.has(bridge) ? [{ ...network, bridge }] : [];
  });
}

const withoutRules = ({ command }: { readonly command: readonly string[] }): boolean => command.includes('--iptables=false');

/**
 * Docker writes rules for each of its networks, and for each published port.
 * @returns in a phrase, one that a listing lacks where it has others of Docker's, or all of them; undefined where none is missing.
 */
export function lostDockerRule(host: Host, family: Family): string | undefined {
  const own = host.netns.get(HOST_NETNS);
  if (own === undefined) return undefined;
  const networks = ruledNetworks(host, own, family);
  if (networks.length === 0) return undefined;
  const [filter, nat] = [tablesOf(own, family, 'filter'), tablesOf(own, family, 'nat')];
  const some = [...filter, ...nat].some(({ chains }) => [...chains.keys()].some((name) => /^DOCKER/.test(name)));
  if (!some)
    return family === 6 || (own.processes ?? []).some(withoutRules)
      ? undefined
      : 'it shows no chain of Docker, which has networks here: it lacks rules, or dockerd runs with --iptables=false';
  const filterRules = [...rulesOf(filter)].filter(isOfDocker);
  const natRules = [...rulesOf(nat)];
  const duties = networks.flatMap((one) => (one.internal ? internalDuties(one.bridge) : filterDuties(one.bridge, filter)));
  const ends = new Map(networks.map((one) => [one.bridge, endsOf(host, one, family)]));
  const outward = networks.filter(({ internal }) => !internal);
  const lost =
    lostJump(
      new Map([
        ['filter', filter],
        ['nat', nat],
      ]),
    ) ??
    undone(duties, filterRules) ??
    undone(
      outward.flatMap((one) => natDuties(one, one.bridge, family)),
      natRules,
    ) ??
    unled(natRules, outward, host, family) ??
    unopened(natRules, filterRules, ends);
  return lost === undefined ? undefined : `it lacks \`${lost}\`, which Docker writes, and shows others of Docker`;
}

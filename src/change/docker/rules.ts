import { formatIp, type Family, type Ip } from '../../address/ip.js';
import { engineMajor, standInsOf } from '../../inventory/index.js';
import type { Host, Netns, PublishedPort } from '../../model/host.js';
import type { Rule, Ruleset, TableName } from '../../model/netfilter.js';
import { HOST_NETNS } from '../../model/netns.js';
import type { RuleFacts } from '../../netfilter/index.js';
import { factsIn, canonicalRule } from '../../netfilter/iptables/index.js';
import type { Change } from '../change.js';
import { makeRule, withTable } from '../rules/iptables.js';
import { keepRules } from '../rules/rules.js';
import { isNative, withNativeRules, withoutNativeRules } from './native-rules.js';

/** Where Docker's bridge driver puts a container and its ports. */
export interface Placement {
  readonly bridge: string;
  readonly ip: Ip;
  readonly ports: readonly PublishedPort[];
  /** On an internal network no rule shuts a container off from other links: the network's own do. */
  readonly internal: boolean;
}

/** What shows how an Engine writes its rules: its generation, and whether docker-proxy runs. */
export interface EngineStyle {
  /** Since 28: containers are shut off from other links in `raw`, and rules are put before the closing drops. */
  readonly since28: boolean;
  /** userland-proxy is on: bridges keep out of the nat chain, so hairpin traffic goes by the proxy. */
  readonly proxy: boolean;
}

function natRules(set: Ruleset): readonly RuleFacts[] {
  const nat = set.tables.get('nat');
  if (nat === undefined) return [];
  const facts = factsIn(nat, set.family);
  return (nat.chains.get('DOCKER')?.rules ?? []).map((rule) => facts.of(rule));
}

/** Reads an Engine's style from the rules it wrote, and from its version where it wrote none. */
export function engineStyle(host: Host): EngineStyle {
  const root: Netns | undefined = host.netns.get(HOST_NETNS);
  const rules = (root?.rulesets ?? []).flatMap((set) =>
    [...set.tables.values()].flatMap((table) => [...table.chains.values()].flatMap((c) => c.rules)),
  );
  const since28 = rules.some((r) => r.chain === 'DOCKER-FORWARD') || (engineMajor(host) ?? 0) >= 28;
  const inNat = (root?.rulesets ?? []).flatMap((set) => natRules(set));
  const standIns = standInsOf(host);
  const duties = new Set((root?.sockets ?? []).flatMap((s) => (s.process === undefined ? [] : (standIns.of(s)?.duty ?? []))));
  const [held, proxied] = [duties.has('holder'), duties.has('proxy')];
  const published = inNat.some(({ translates }) => translates.some(({ manip }) => manip === 'dst'));
  return { since28, proxy: proxied || inNat.some(({ action }) => action.kind === 'return') || (!held && !published) };
}

/** A rule that Docker writes. */
export interface Put {
  readonly table: TableName;
  readonly chain: string;
  readonly words: string;
  /** Or right behind the first rule that sends everything to a chain. */
  readonly where: 'first' | 'last' | { readonly behindJumpTo: string };
}

const inUrl = (ip: Ip): string => (typeof ip === 'number' ? formatIp(ip) : `[${formatIp(ip)}]`);

/** programChainRule, and natIptablesRules, filterPortMappedOnly of Moby's bridge driver. */
function portRules({ bridge, ip }: Placement, port: PublishedPort, { since28, proxy }: EngineStyle): readonly Put[] {
  const full = typeof ip === 'number' ? 32 : 128;
  const at = `${formatIp(ip)}/${full}`;
  const match = `-p ${port.proto} -m ${port.proto}`;
  const hostIp = port.hostIp === undefined || port.hostIp === 0 || port.hostIp === 0n ? '' : `-d ${formatIp(port.hostIp)}/${full} `;
  const outside = proxy ? `! -i ${bridge} ` : '';
  // since 28, link-local clients are left to the proxy: the container could not answer them
  const linkLocal = since28 && proxy && typeof ip === 'bigint' ? '! -s fe80::/10 ' : '';
  const puts: Put[] = [
    {
      table: 'nat',
      chain: 'DOCKER',
      words: `${linkLocal}${hostIp}${outside}${match} --dport ${port.hostPort} -j DNAT --to-destination ${inUrl(ip)}:${port.containerPort}`,
      where: 'last',
    },
    {
      table: 'filter',
      chain: 'DOCKER',
      words: `-d ${at} ! -i ${bridge} -o ${bridge} ${match} --dport ${port.containerPort} -j ACCEPT`,
      where: since28 ? 'first' : 'last',
    },
  ];
  if (!since28 || !proxy)
    puts.push({
      table: 'nat',
      chain: 'POSTROUTING',
      words: `-s ${at} -d ${at} ${match} --dport ${port.containerPort} -j MASQUERADE`,
      where: 'last',
    });
  const loopback = typeof port.hostIp === 'number' && port.hostIp >>> 24 === 127;
  if (since28 && loopback)
    puts.push({
      table: 'raw',
      chain: 'PREROUTING',
      words: `-d ${formatIp(port.hostIp)}/32 ! -i lo ${match} --dport ${port.hostPort} -j DROP`,
      where: 'last',
    });
  return puts;
}

function containerPuts(placement: Placement, { since28, proxy }: EngineStyle, what: 'ports' | 'all'): readonly Put[] {
  const family: Family = typeof placement.ip === 'number' ? 4 : 6;
  const own = placement.ports.filter((port) => port.family === undefined || port.family === family);
  const puts: Put[] = own.flatMap((port) => portRules(placement, port, { since28, proxy }));
  if (!since28 || placement.internal || what === 'ports') return puts;
  const words = `-d ${formatIp(placement.ip)}/${family === 4 ? 32 : 128} ! -i ${placement.bridge} -j DROP`;
  return [...puts, { table: 'raw', chain: 'PREROUTING', words, where: 'last' }];
}

function placed(rules: readonly Rule[], rule: Rule, where: Put['where']): readonly Rule[] {
  if (where === 'first') return [rule, ...rules];
  const behind =
    where === 'last' ? -1 : rules.findIndex(({ spec }) => spec.target?.name === where.behindJumpTo && spec.matches.length === 0);
  return where === 'last' ? [...rules, rule] : rules.toSpliced(behind + 1, 0, rule);
}

/** What rules read like, as they were asked: a container may publish thousands of ports. */
const TEXTS = new WeakMap<Rule, string>();

function textOf(chain: string, rule: Rule): string {
  const known = TEXTS.get(rule) ?? canonicalRule(chain, rule.spec);
  TEXTS.set(rule, known);
  return known;
}

/** Writes rules where Docker would. */
export function withPuts(host: Host, change: Change, family: Family, puts: readonly Put[]): Host {
  return puts.reduce(
    (sofar, { table: name, chain, words, where }) =>
      withTable(sofar, change, family, name, (table) => {
        const old = table.chains.get(chain) ?? { name: chain, rules: [], origin: change.origin };
        const rule: Rule = makeRule(change, family, table, chain, words.split(' '));
        const text = textOf(chain, rule);
        // ProgramRule of Moby's iptables package: what is there is not put again
        if (old.rules.some((one) => textOf(chain, one) === text)) return table;
        return { ...table, chains: new Map(table.chains).set(chain, { ...old, rules: placed(old.rules, rule, where) }) };
      }),
    host,
  );
}

/** Up to 26 an Engine writes no rules for IPv6 unless it is told to (ip6tables). */
export function writesFamily(host: Host, family: Family): boolean {
  return (
    family === 4 ||
    host.netns.get(HOST_NETNS)!.rulesets.some((set) => set.family === 6 && set.tables.get('nat')?.chains.has('DOCKER') === true)
  );
}

/** Writes the rules that this generation of Docker writes for a container with published ports: for the ports, or all. */
export function withDockerRules(host: Host, change: Change, placement: Placement, style: EngineStyle, what: 'ports' | 'all' = 'all'): Host {
  if (isNative(host)) return withNativeRules(host, change, placement, style.proxy, what);
  const family: Family = typeof placement.ip === 'number' ? 4 : 6;
  return writesFamily(host, family) ? withPuts(host, change, family, containerPuts(placement, style, what)) : host;
}

/** Takes away rules that read like these, wherever in their chains they stand. */
export function withoutPuts(host: Host, puts: readonly Put[]): Host {
  const chains = new Set(puts.map(({ table, chain }) => `${table} ${chain}`));
  const gone = new Set(puts.map(({ table, chain, words }) => `${table} -A ${chain} ${words}`));
  return keepRules(
    host,
    ({ spec }, { table, chain }) =>
      !chains.has(`${table.name} ${chain.name}`) || !gone.has(`${table.name} ${canonicalRule(chain.name, spec)}`),
  );
}

/** Takes away what an Engine of any style wrote for a container: its ports, or all of it. */
export function withoutDockerRules(host: Host, change: Change, placement: Placement, what: 'ports' | 'all'): Host {
  if (isNative(host)) return withoutNativeRules(host, change, placement, what);
  const styles = [false, true].flatMap((since28) => [false, true].map((proxy) => ({ since28, proxy })));
  const puts = styles.flatMap((style) => containerPuts(placement, style, what));
  return withoutPuts(host, puts);
}

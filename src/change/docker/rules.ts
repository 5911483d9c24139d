import { addressBits, familyOf, formatIp, type Family, type Ip } from '../../address/ip.js';
import type { Host, PublishedPort } from '../../model/host.js';
import type { Rule, TableName } from '../../model/netfilter.js';
import { HOST_NETNS } from '../../model/netns.js';
import { canonicalRule } from '../../netfilter/iptables/index.js';
import type { Change } from '../change.js';
import { makeRule, withTable } from '../rules/iptables.js';
import { keepRules } from '../rules/rules.js';
import { mannerOf, networkOfBridge, type BridgeManner } from './bridge-options.js';
import { withNativeRules, withoutNativeRules } from './native-rules.js';
import { isNative } from './native-table.js';
import type { EngineStyle } from './style.js';

/** Where Docker's bridge driver puts a container and its ports. */
export interface Placement {
  readonly bridge: string;
  readonly ip: Ip;
  readonly ports: readonly PublishedPort[];
  /** On an internal network no rule shuts a container off from other links: the network's own do. */
  readonly internal: boolean;
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

/** Network-level settings beside the Engine's style. */
interface Manner extends EngineStyle, Pick<BridgeManner, 'mode' | 'trusted'> {}

/** setPerPortNAT, filterPortMappedOnLoopback: a port of the host leads to the container. */
function natRules({ bridge, ip }: Placement, port: PublishedPort, { since28, proxy }: EngineStyle): readonly Put[] {
  const full = addressBits(familyOf(ip));
  const at = `${formatIp(ip)}/${full}`;
  const match = `-p ${port.proto} -m ${port.proto}`;
  const hostIp = port.hostIp === undefined || port.hostIp === 0 || port.hostIp === 0n ? '' : `-d ${formatIp(port.hostIp)}/${full} `;
  const outside = proxy ? `! -i ${bridge} ` : '';
  // since 28, link-local clients are left to the proxy: the container could not answer them
  const linkLocal = since28 && proxy && typeof ip === 'bigint' ? '! -s fe80::/10 ' : '';
  const target = `${inUrl(ip)}:${port.containerPort}`;
  const puts: Put[] = [
    {
      table: 'nat',
      chain: 'DOCKER',
      words: `${linkLocal}${hostIp}${outside}${match} --dport ${port.hostPort} -j DNAT --to-destination ${target}`,
      where: 'last',
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

/** setPerPortForwarding. */
function openRule({ bridge, ip }: Placement, { proto, containerPort }: PublishedPort, since28: boolean): Put {
  const at = `${formatIp(ip)}/${addressBits(familyOf(ip))}`;
  const words = `-d ${at} ! -i ${bridge} -o ${bridge} -p ${proto} -m ${proto} --dport ${containerPort} -j ACCEPT`;
  return { table: 'filter', chain: 'DOCKER', words, where: since28 ? 'first' : 'last' };
}

/** programChainRule, and natIptablesRules, filterPortMappedOnly of Moby's bridge driver. */
function portRules(placement: Placement, port: PublishedPort, manner: Manner): readonly Put[] {
  return [
    ...(manner.mode === 'routed' ? [] : natRules(placement, port, manner)),
    ...(manner.mode === 'nat-unprotected' ? [] : [openRule(placement, port, manner.since28)]),
  ];
}

/** filterDirectAccess. */
function guards({ bridge, ip }: Placement, trusted: readonly string[]): readonly Put[] {
  const at = `-d ${formatIp(ip)}/${addressBits(familyOf(ip))}`;
  const lines = [...trusted.map((name) => `${at} -i ${name} -j ACCEPT`), `${at} ! -i ${bridge} -j DROP`];
  return lines.map((words) => ({ table: 'raw', chain: 'PREROUTING', words, where: 'last' }));
}

function containerPuts(placement: Placement, manner: Manner, what: 'ports' | 'all'): readonly Put[] {
  const family: Family = familyOf(placement.ip);
  const own = placement.ports.filter((port) => port.family === undefined || port.family === family);
  const puts: Put[] = own.flatMap((port) => portRules(placement, port, manner));
  const isOpen = !manner.since28 || placement.internal || manner.mode !== 'nat';
  return isOpen || what === 'ports' ? puts : [...puts, ...guards(placement, manner.trusted)];
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
  const family: Family = familyOf(placement.ip);
  const manner = mannerOf(host, networkOfBridge(host, placement.bridge), family);
  return writesFamily(host, family) ? withPuts(host, change, family, containerPuts(placement, { ...style, ...manner }, what)) : host;
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
  const { trusted } = mannerOf(host, networkOfBridge(host, placement.bridge), familyOf(placement.ip));
  const puts = styles.flatMap((style) => containerPuts(placement, { ...style, trusted, mode: 'nat' }, what));
  return withoutPuts(host, puts);
}

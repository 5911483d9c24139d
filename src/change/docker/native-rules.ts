import { familyOf, formatIp, isLoopback, type Family, type Ip } from '../../address/ip.js';
import type { Host, PublishedPort } from '../../model/host.js';
import { HOST_NETNS } from '../../model/netns.js';
import type { NftChain, NftRule, NftRuleset, NftTable } from '../../model/nftables/ruleset.js';
import { editNft } from '../../netfilter/nftables/index.js';
import { withNetns, type Change } from '../change.js';
import { mannerOf, networkOfBridge } from './bridge-options.js';
import { nftFamily, TABLE, tableOf } from './native-table.js';

/** A container's address on a bridge, and what it publishes. */
interface Guarded {
  readonly bridge: string;
  readonly ip: Ip;
  readonly ports: readonly PublishedPort[];
  readonly internal: boolean;
}

/** One rule that Docker writes; `before` its chain's closing drop, or behind all others. */
export interface DockerLine {
  readonly chain: string;
  readonly rule: string;
  readonly before?: true;
}

function portLines({ bridge, ip }: Guarded, port: PublishedPort, mode: string, proxy: boolean): readonly DockerLine[] {
  const six = typeof ip === 'bigint';
  const l3 = six ? 'ip6' : 'ip';
  const to = `${l3} daddr ${formatIp(ip)} ${port.proto} dport ${port.containerPort}`;
  // an unprotected network's chain accepts every port as it is
  const lines: DockerLine[] =
    mode === 'nat-unprotected' ? [] : [{ chain: `filter-forward-in__${bridge}`, rule: `${to} counter accept`, before: true }];
  if (mode === 'routed') return lines;
  const isAny = port.hostIp === undefined || port.hostIp === 0 || port.hostIp === 0n;
  const outside = proxy ? `iifname != "${bridge}" ` : '';
  const asked = isAny ? '' : `${l3} daddr ${formatIp(port.hostIp)} `;
  // link-local clients are left to the proxy: the container could not answer them
  const linkLocal = six && proxy ? 'ip6 saddr != fe80::/10 ' : '';
  const target = six ? `[${formatIp(ip)}]` : formatIp(ip);
  lines.push({
    chain: 'nat-prerouting-and-output',
    rule: `${outside}${asked}${linkLocal}${port.proto} dport ${port.hostPort} counter dnat to ${target}:${port.containerPort} comment "DNAT"`,
  });
  if (!proxy)
    lines.push({
      chain: `nat-postrouting-in__${bridge}`,
      rule: `${l3} saddr ${formatIp(ip)} ${to} counter masquerade comment "MASQ TO OWN PORT"`,
    });
  if (typeof port.hostIp === 'number' && isLoopback(port.hostIp))
    lines.push({
      chain: 'raw-PREROUTING',
      rule: `iifname != "lo" ip daddr ${formatIp(port.hostIp)} ${port.proto} dport ${port.hostPort} counter drop comment "DROP REMOTE LOOPBACK"`,
    });
  return lines;
}

function containerLines(host: Host, placement: Guarded, proxy: boolean, what: 'ports' | 'all'): readonly DockerLine[] {
  const { bridge, ip, ports, internal } = placement;
  const family = familyOf(ip);
  const { mode, trusted } = mannerOf(host, networkOfBridge(host, bridge), family);
  const own = ports.filter((port) => port.family === undefined || port.family === family);
  const lines = own.flatMap((port) => portLines(placement, port, mode, proxy));
  if (internal || what === 'ports' || mode !== 'nat') return lines;
  const links = trusted.length === 0 ? `"${bridge}"` : `{ ${[bridge, ...trusted].map((name) => `"${name}"`).join(', ')} }`;
  const rule = `${nftFamily(family)} daddr ${formatIp(ip)} iifname != ${links} counter drop comment "DROP DIRECT ACCESS"`;
  return [...lines, { chain: 'raw-PREROUTING', rule }];
}

const dropsAll = (rule: NftRule | undefined): boolean =>
  rule !== undefined && rule.statements.every((one) => one.kind === 'counter' || (one.kind === 'verdict' && one.verdict.kind === 'drop'));

/** The command that puts a rule where Docker would, by what its chain holds now. */
function command(host: Host, family: Family, { chain, rule, before }: DockerLine): string {
  const at = `rule ${nftFamily(family)} ${TABLE} ${chain}`;
  const rules = tableOf(host, family)?.chains.get(chain)?.rules ?? [];
  return before === true && dropsAll(rules.at(-1)) ? `insert ${at} index ${rules.length - 1} ${rule}` : `add ${at} ${rule}`;
}

/** @returns the host after commands of nft; as it was where no rules of nftables are listed. */
export function edited(host: Host, change: Change, commands: readonly string[]): Host {
  if (commands.length === 0) return host;
  return withNetns(host, HOST_NETNS, (netns) =>
    netns.nftables === undefined ? netns : { ...netns, nftables: editNft(netns.nftables, commands.join('; '), change.origin) },
  );
}

function withLines(host: Host, change: Change, family: Family, lines: readonly DockerLine[]): Host {
  const table = tableOf(host, family);
  if (table === undefined) return host;
  return lines
    .filter(({ chain }) => table.chains.has(chain))
    .reduce((sofar, line) => edited(sofar, change, [command(sofar, family, line)]), host);
}

/** Writes what the Engine writes into its nftables for a container: for its ports, or all. */
export function withNativeRules(host: Host, change: Change, placement: Guarded, proxy: boolean, what: 'ports' | 'all'): Host {
  return withLines(host, change, familyOf(placement.ip), containerLines(host, placement, proxy, what));
}

/** What a rule asks and does, without what it has counted. */
function meaning({ statements }: NftRule): string {
  return JSON.stringify(
    statements.filter(({ kind }) => kind !== 'counter'),
    (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value),
  );
}

/** What lines mean, by chain: as nft would read them. */
function meanings(change: Change, family: Family, lines: readonly DockerLine[]): ReadonlyMap<string, ReadonlySet<string>> {
  const l3 = nftFamily(family);
  const chains = [...new Set(lines.map(({ chain }) => chain))];
  const nothing: NftRuleset = { tables: [], incomplete: false, file: change.origin.file };
  const commands = [
    `add table ${l3} ${TABLE}`,
    ...chains.map((chain) => `add chain ${l3} ${TABLE} ${chain}`),
    ...lines.map(({ chain, rule }) => `add rule ${l3} ${TABLE} ${chain} ${rule}`),
  ];
  const [table] = editNft(nothing, commands.join('; '), change.origin).tables;
  return new Map([...(table?.chains ?? [])].map(([name, { rules }]) => [name, new Set(rules.map(meaning))]));
}

function withTables(host: Host, update: (table: NftTable) => NftTable): Host {
  return withNetns(host, HOST_NETNS, (netns) =>
    netns.nftables === undefined ? netns : { ...netns, nftables: { ...netns.nftables, tables: netns.nftables.tables.map(update) } },
  );
}

/** Takes away what the Engine wrote into its nftables for a container: its ports, or all of it. */
export function withoutNativeRules(host: Host, change: Change, placement: Guarded, what: 'ports' | 'all'): Host {
  const family = familyOf(placement.ip);
  const lines = [true, false].flatMap((proxy) => containerLines(host, placement, proxy, what));
  if (lines.length === 0) return host;
  const gone = meanings(change, family, lines);
  const kept = (chain: NftChain): NftChain => {
    const own = gone.get(chain.name);
    return own === undefined ? chain : { ...chain, rules: chain.rules.filter((rule) => !own.has(meaning(rule))) };
  };
  return withTables(host, (table) => {
    if (table.family !== nftFamily(family) || table.name !== TABLE) return table;
    return { ...table, chains: new Map([...table.chains].map(([name, chain]) => [name, kept(chain)])) };
  });
}

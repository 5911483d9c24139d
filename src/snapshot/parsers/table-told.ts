import type { TableName } from '../../model/netfilter.js';

/** Built-in chains by table, as iptables-save declares them. */
export const BUILT_IN: Readonly<Record<TableName, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

const BUILT_IN_NAMES: ReadonlySet<string> = new Set(BUILT_IN.mangle);
const NAT_TARGETS = / -j (?:DNAT|SNAT|MASQUERADE|REDIRECT|NETMAP)\b/;
const FILTER_TARGETS = / -j (?:DROP|REJECT)\b/;
const MARKING = / -j (?:MARK|CONNMARK|TPROXY|TOS|DSCP|TCPMSS|CLASSIFY|TTL|HL)\b/;
const RAW_TARGETS = / -j (?:NOTRACK|CT|TRACE)\b/;
/** Chains that programs make in `filter` alone. */
const FILTER_CHAINS = /^(?:DOCKER-(?:USER|FORWARD|ISOLATION|INGRESS|CT|BRIDGE|INTERNAL)|ufw6?-|f2b-|fail2ban-|KUBE-(?:FORWARD|FIREWALL))/;

/** @returns whether iptables itself makes a chain of this name. */
export function isBuiltIn(name: string): boolean {
  return BUILT_IN_NAMES.has(name);
}

/**
 * The table that lines without a `*table` before them belong to, by the chains and targets that only one has.
 * @param lines `:CHAIN POLICY`, `-P`, `-N` and `-A` lines.
 * @returns undefined where they may stand in more than one.
 */
export function tableTold(lines: readonly string[]): TableName | undefined {
  const names = new Set(lines.flatMap((line) => /^(?:\[\d+:\d+\] )?(?:-[APN] |:)(\S+)/.exec(line)?.[1] ?? []));
  return tableOfChains(names, lines);
}

/** The same for names of chains, and lines that show targets as `-j NAME`. */
export function tableOfChains(names: ReadonlySet<string>, lines: readonly string[]): TableName | undefined {
  const some = (pattern: RegExp): boolean => lines.some((line) => pattern.test(line));
  const routed = names.has('PREROUTING') || names.has('POSTROUTING');
  if (names.has('FORWARD')) return routed ? 'mangle' : 'filter';
  if (some(NAT_TARGETS)) return 'nat';
  if (names.has('POSTROUTING')) return names.has('PREROUTING') && names.has('OUTPUT') && !some(MARKING) ? 'nat' : undefined;
  if (some(RAW_TARGETS)) return 'raw';
  if (routed) return names.has('OUTPUT') && !names.has('INPUT') && !some(MARKING) && !some(FILTER_TARGETS) ? 'raw' : undefined;
  if ([...names].some((name) => FILTER_CHAINS.test(name))) return 'filter';
  return (names.has('INPUT') || names.has('OUTPUT')) && some(FILTER_TARGETS) ? 'filter' : undefined;
}

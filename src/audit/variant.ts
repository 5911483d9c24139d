import type { Family } from '../address/ip.js';
import type { Host, Netns } from '../model/host.js';
import type { Chain, Rule, Ruleset, Table, TableName } from '../model/netfilter.js';
import { editNft } from '../netfilter/nftables/edit.js';

/** Where a rule stands. */
export interface RulePlace {
  readonly set: Ruleset;
  readonly table: Table;
  readonly chain: Chain;
}

function mapChains(netns: Netns, change: (rules: readonly Rule[], place: RulePlace) => readonly Rule[]): Netns {
  const rulesets = netns.rulesets.map((set) => {
    const tables = [...set.tables].map(([name, table]) => {
      const chains = [...table.chains].map(
        ([chainName, chain]) => [chainName, { ...chain, rules: change(chain.rules, { set, table, chain }) }] as const,
      );
      return [name, { ...table, chains: new Map(chains) }] as const;
    });
    return { ...set, tables: new Map(tables) };
  });
  return { ...netns, rulesets };
}

/** @returns the host with another namespace in the place of one. */
export function withNetns(host: Host, netns: Netns): Host {
  return { ...host, netns: new Map([...host.netns, [netns.name, netns]]) };
}

/** @returns the host with only those rules of its own namespace that `keep` says. */
export function keepRules(host: Host, keep: (rule: Rule, place: RulePlace) => boolean): Host {
  const root = host.netns.get('host');
  return root === undefined
    ? host
    : withNetns(
        host,
        mapChains(root, (rules, place) => rules.filter((rule) => keep(rule, place))),
      );
}

const NOWHERE = { file: 'remedy', line: 0 };

function prepend(set: Ruleset, tableName: TableName, chainName: string, rule: Rule): Ruleset {
  const table = set.tables.get(tableName) ?? { name: tableName, chains: new Map<string, Chain>() };
  const chain = table.chains.get(chainName) ?? { name: chainName, policy: 'ACCEPT', rules: [], origin: NOWHERE };
  const chains = new Map([...table.chains, [chainName, { ...chain, rules: [rule, ...chain.rules] }]]);
  return { ...set, tables: new Map([...set.tables, [tableName, { ...table, chains }]]) };
}

/** @returns the host with a rule put before the first of a chain; as iptables does, the table is made where there is none. */
export function insertRule(host: Host, rule: Rule, family: Family, table: TableName, chain: string, netns = 'host'): Host {
  const root = host.netns.get(netns);
  if (root === undefined) return host;
  const of = root.rulesets.filter((set) => set.family === family);
  const target = of.find((set) => set.tables.get(table)?.chains.has(chain) === true) ?? of[0];
  const empty: Ruleset = { family, backend: 'unknown', tables: new Map(), file: NOWHERE.file };
  const changed = prepend(target ?? empty, table, chain, rule);
  const rulesets = target === undefined ? [...root.rulesets, changed] : root.rulesets.map((set) => (set === target ? changed : set));
  return withNetns(host, { ...root, rulesets });
}

/** @returns the host after a command of nft. */
export function withNft(host: Host, text: string): Host {
  const root = host.netns.get('host');
  if (root?.nftables === undefined) return host;
  return withNetns(host, { ...root, nftables: editNft(root.nftables, text, NOWHERE) });
}

/** @returns the host with a setting changed. */
export function setSysctl(host: Host, netns: string, name: string, value: string): Host {
  const old = host.netns.get(netns);
  const known = old?.sysctl.get(name);
  if (old === undefined) return host;
  const origin = known?.origin ?? { file: 'sysctl', line: 0 };
  return withNetns(host, { ...old, sysctl: new Map([...old.sysctl, [name, { value, origin }]]) });
}

const DOCKER_CHAIN = /^DOCKER(?!-USER$)/;

/** @returns whether a rule is one that Docker writes: in its own chains, a jump to them, or about its bridges in FORWARD and POSTROUTING. */
export function isDockers(rule: Rule, bridges: ReadonlySet<string>): boolean {
  if (DOCKER_CHAIN.test(rule.chain)) return true;
  const target = rule.spec.target?.name ?? '';
  if (/^DOCKER/.test(target)) return true;
  if (rule.chain === 'DOCKER-USER') return rule.text === '-A DOCKER-USER -j RETURN';
  if (rule.chain !== 'FORWARD' && rule.chain !== 'POSTROUTING') return false;
  const plain = rule.spec.matches.flatMap((m) => m.options);
  const named = plain.filter((o) => o.flag === '-i' || o.flag === '-o').map((o) => o.args[0] ?? '');
  const others = plain.filter((o) => !['-i', '-o', '--ctstate'].includes(o.flag));
  if (rule.chain === 'FORWARD') return target === 'ACCEPT' && named.length > 0 && others.length === 0 && named.every((n) => bridges.has(n));
  return target === 'MASQUERADE';
}

/** @returns the host with the policy of a base chain of its filter table changed. */
export function setPolicy(host: Host, family: 4 | 6, name: string, policy: 'ACCEPT' | 'DROP'): Host {
  const root = host.netns.get('host');
  if (root === undefined) return host;
  const rulesets = root.rulesets.map((set) => {
    const filter = set.tables.get('filter');
    const chain = filter?.chains.get(name);
    if (set.family !== family || filter === undefined || chain === undefined) return set;
    const chains = new Map([...filter.chains, [name, { ...chain, policy }]]);
    return { ...set, tables: new Map([...set.tables, ['filter' as const, { ...filter, chains }]]) };
  });
  return withNetns(host, { ...root, rulesets });
}

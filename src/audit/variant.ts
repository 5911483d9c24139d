import type { Host, Netns } from '../model/host.js';
import type { Chain, Rule, Ruleset, Table } from '../model/netfilter.js';

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

/** @returns the host with rules put before the first of a chain, where the chain is there. */
export function insertRules(host: Host, rules: readonly Rule[], into: (place: RulePlace) => boolean): Host {
  const root = host.netns.get('host');
  return root === undefined
    ? host
    : withNetns(
        host,
        mapChains(root, (old, place) => (into(place) ? [...rules, ...old] : old)),
      );
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

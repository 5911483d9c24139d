import type { NftFamily, NftTable } from '../../model/nftables/ruleset.js';
import type { NativeText } from '../plan/plan.js';
import type { Twin } from '../twin.js';
import type { RuleText, RuleTexts } from './trace-log.js';

interface ListedRule {
  readonly family: NftFamily;
  readonly table: string;
  readonly chain: string;
  readonly handle: number;
}

const FAMILIES: readonly NftFamily[] = ['ip', 'ip6', 'inet', 'bridge', 'netdev'];

const key = (family: NftFamily, table: string, chain: string): string => `${family} ${table} ${chain}`;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Reads the rules of `nft -j -a list ruleset`. */
function listedRules(text: string): readonly ListedRule[] {
  const listing: unknown = JSON.parse(text);
  const items = isRecord(listing) && Array.isArray(listing['nftables']) ? listing['nftables'] : [];
  return items.flatMap((item: unknown): ListedRule[] => {
    const rule = isRecord(item) ? item['rule'] : undefined;
    if (!isRecord(rule)) return [];
    const { table, chain, handle } = rule;
    const family = FAMILIES.find((one) => one === rule['family']);
    if (family === undefined || typeof table !== 'string' || typeof chain !== 'string' || typeof handle !== 'number') return [];
    return [{ family, table, chain, handle }];
  });
}

/** Rule lines of iptables-save by chain, in order. */
function savedRules(text: string, family: 'ip' | 'ip6'): ReadonlyMap<string, readonly RuleText[]> {
  const chains = new Map<string, RuleText[]>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const chain = /^-A (\S+)/.exec(line)?.[1];
    if (chain === undefined) continue;
    const place = key(family, table, chain);
    chains.set(place, [...(chains.get(place) ?? []), { text: line, native: false }]);
  }
  return chains;
}

/** The rules that were loaded into each native chain, in order. */
function nativeRules(tables: readonly NftTable[]): ReadonlyMap<string, readonly RuleText[]> {
  const chains = new Map<string, readonly RuleText[]>();
  for (const { family, name, chains: all } of tables)
    for (const chain of all.values())
      if (chain.iptables === undefined)
        chains.set(
          key(family, name, chain.name),
          chain.rules.map(({ text }) => ({ text, native: true })),
        );
  return chains;
}

/**
 * A chain of iptables in which native rules stand: iptables-save refuses its table, and the snapshot tells which rules are iptables'.
 * @param saved its own rules, as they were loaded.
 */
function mixedRules(
  tables: readonly NftTable[],
  saved: ReadonlyMap<string, readonly RuleText[]>,
): ReadonlyMap<string, readonly RuleText[]> {
  const chains = new Map<string, readonly RuleText[]>();
  for (const { family, name, chains: all } of tables) {
    for (const { name: chain, rules, iptables = [] } of all.values()) {
      if (!iptables.includes(undefined)) continue;
      const place = key(family, name, chain);
      const own = saved.get(place) ?? [];
      chains.set(
        place,
        rules.flatMap(({ text }, i) => (iptables[i] === undefined ? { text, native: true } : (own[iptables[i]] ?? []))),
      );
    }
  }
  return chains;
}

/**
 * Learns which handle stands for which line of iptables-save, and for which native rule of the snapshot: all list a chain's rules in
 * the same order. (xtables-monitor would print the rules itself, but ends on IPv6 rules in iptables 1.8.9.)
 */
export async function learnRuleTexts(twin: Twin, netns: string, native: NativeText | undefined): Promise<RuleTexts> {
  const [ruleset, v4, v6] = await Promise.all([
    twin.run(netns, ['nft', '-j', '-a', 'list', 'ruleset']),
    twin.run(netns, ['iptables-nft-save']),
    twin.run(netns, ['ip6tables-nft-save']),
  ]);
  const saved = new Map([...savedRules(v4.out, 'ip'), ...savedRules(v6.out, 'ip6')]);
  const tables = native?.tables ?? [];
  const known = new Map([...saved, ...nativeRules(tables), ...mixedRules(tables, saved)]);
  const handles = new Map<string, number[]>();
  for (const { family, table, chain, handle } of ruleset.code === 0 ? listedRules(ruleset.out) : []) {
    const place = key(family, table, chain);
    const before = handles.get(place);
    if (before === undefined) handles.set(place, [handle]);
    else before.push(handle);
  }
  return ({ family, table, chain, handle, words }) => {
    const place = key(family, table, chain);
    const all = known.get(place) ?? [];
    const listed = handles.get(place) ?? [];
    // where a rule was refused, or a chain stands where it is called, nft's own words do
    const found = all.length === listed.length ? all[listed.indexOf(handle)] : undefined;
    return found ?? { text: words, native: !saved.has(place) };
  };
}

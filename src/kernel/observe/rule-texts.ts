import type { Family } from '../../address/ip.js';
import type { Twin } from '../twin.js';
import type { RuleTexts } from './trace-log.js';

interface NftRule {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly handle: number;
}

const key = (family: Family, table: string, chain: string): string => `${family} ${table} ${chain}`;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Reads the rules of `nft -j -a list ruleset`. */
function nftRules(text: string): readonly NftRule[] {
  const listing: unknown = JSON.parse(text);
  const items = isRecord(listing) && Array.isArray(listing['nftables']) ? listing['nftables'] : [];
  return items.flatMap((item: unknown): NftRule[] => {
    const rule = isRecord(item) ? item['rule'] : undefined;
    if (!isRecord(rule)) return [];
    const { family, table, chain, handle } = rule;
    if ((family !== 'ip' && family !== 'ip6') || typeof table !== 'string' || typeof chain !== 'string' || typeof handle !== 'number')
      return [];
    return [{ family: family === 'ip' ? 4 : 6, table, chain, handle }];
  });
}

/** Rule lines of iptables-save by chain, in order. */
function savedRules(text: string, family: Family): ReadonlyMap<string, readonly string[]> {
  const chains = new Map<string, string[]>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const chain = /^-A (\S+)/.exec(line)?.[1];
    if (chain === undefined) continue;
    const place = key(family, table, chain);
    chains.set(place, [...(chains.get(place) ?? []), line]);
  }
  return chains;
}

/**
 * Learns which handle stands for which line of iptables-save: both list a chain's rules in the same order.
 * (xtables-monitor would print the rules itself, but ends on IPv6 rules in iptables 1.8.9.)
 */
export async function learnRuleTexts(twin: Twin, netns: string): Promise<RuleTexts> {
  const [ruleset, v4, v6] = await Promise.all([
    twin.run(netns, ['nft', '-j', '-a', 'list', 'ruleset']),
    twin.run(netns, ['iptables-nft-save']),
    twin.run(netns, ['ip6tables-nft-save']),
  ]);
  const saved = new Map([...savedRules(v4.out, 4), ...savedRules(v6.out, 6)]);
  const texts = new Map<string, string>();
  const met = new Map<string, number>();
  for (const rule of ruleset.code === 0 ? nftRules(ruleset.out) : []) {
    const place = key(rule.family, rule.table, rule.chain);
    const at = met.get(place) ?? 0;
    met.set(place, at + 1);
    const text = saved.get(place)?.[at];
    if (text !== undefined) texts.set(`${place} ${rule.handle}`, text);
  }
  return (family, table, chain, handle) => texts.get(`${key(family, table, chain)} ${handle}`);
}

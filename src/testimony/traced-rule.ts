import type { Host } from '../model/host.js';
import type { NftRule } from '../model/nftables/ruleset.js';
import type { Origin } from '../model/origin.js';
import type { NamedInTrace } from '../model/testimony.js';
import { allChains, canonicalRule, parseRule } from '../netfilter/iptables/index.js';
import { printRuleText, readNftText } from '../netfilter/nftables/index.js';

/** A rule of the snapshot, as it is named in an answer. */
export interface NamedRule {
  readonly text: string;
  readonly origin: Origin;
}

/** A native rule as nft prints it today, whatever version traced it and whatever it had counted. */
function spelling({ statements }: NftRule): string {
  return printRuleText({ statements: statements.filter(({ kind }) => kind !== 'counter') });
}

/** The same of a line of a trace; undefined where it is not understood. */
function tracedSpelling({ nft = '', table, chain, text = '' }: NamedInTrace): string | undefined {
  const around = `table ${nft} ${table} {\n\tchain ${chain} {\n\t\t${text}\n\t}\n}\n`;
  const { tables } = readNftText(around, { file: 'trace', whole: false, complain: () => undefined });
  const [rule, ...more] = tables[0]?.chains.get(chain)?.rules ?? [];
  return rule === undefined || more.length > 0 || rule.errors.length > 0 ? undefined : spelling(rule);
}

/** Rules that nft lists; those of iptables stand at the same place of the same chain of `iptables-save`. */
function nftMeant(host: Host, traced: NamedInTrace): readonly NamedRule[] | undefined {
  const wanted = tracedSpelling(traced);
  const own = allChains(host).filter(
    ({ ruleset, table, chain }) =>
      traced.nft === (ruleset.family === 4 ? 'ip' : 'ip6') && table.name === traced.table && chain.name === traced.chain,
  );
  const listed = [...host.netns.values()]
    .flatMap(({ nftables }) => nftables?.tables ?? [])
    .filter(({ family, name }) => family === traced.nft && name === traced.table)
    .flatMap(({ chains }) => chains.get(traced.chain)?.rules ?? []);
  if (wanted === undefined || (listed.length === 0 && own.length > 0)) return undefined;
  return listed.flatMap((rule, at): readonly NamedRule[] => {
    if (spelling(rule) !== wanted) return [];
    return own.length === 0 ? [rule] : own.flatMap(({ chain }) => chain.rules[at] ?? []);
  });
}

/**
 * @returns the rules of the snapshot that a line of a trace means: one of a number in its chain, or those that say the same; undefined where the
 * snapshot holds them in another language.
 */
export function rulesMeant(host: Host, traced: NamedInTrace): readonly NamedRule[] | undefined {
  if (traced.nft !== undefined) return nftMeant(host, traced);
  const { table: name, chain: of, number, text = '' } = traced;
  return allChains(host)
    .filter(({ table, chain }) => table.name === name && chain.name === of)
    .flatMap(({ ruleset: { family }, table, chain: { rules } }) => {
      if (number !== undefined) return rules[number - 1] ?? [];
      const wanted = canonicalRule(of, parseRule(text, { family, isChain: (called) => table.chains.has(called) }).spec);
      return rules.filter((rule) => canonicalRule(of, rule.spec) === wanted);
    });
}

import type { Rule, Ruleset } from '../../model/netfilter.js';
import type { Expression, NftChain, NftRule, NftRuleset, NftTable, Statement } from './ast.js';
import { isPrinted } from './iptables-counterpart.js';
import type { Contradiction } from './reconcile.js';

/** Every rule that iptables-nft writes counts its packets; nobody else has to (nft_rule_append). */
function mayBeIptables(rule: NftRule): boolean {
  return rule.xt || rule.statements.some((statement) => statement.kind === 'counter' && statement.name === undefined);
}

const PLAIN_PORTS: ReadonlySet<string> = new Set([
  'tcp dport',
  'tcp sport',
  'udp dport',
  'udp sport',
  'ip saddr',
  'ip daddr',
  'ip6 saddr',
  'ip6 daddr',
  'ip protocol',
]);
const PLAIN_META: ReadonlySet<string> = new Set(['l4proto', 'iifname', 'oifname', 'mark']);

/** What a condition asks of, where iptables-nft reads back whatever it is compared with; undefined for others. */
function plainKey(statement: Statement): string | undefined {
  if (statement.kind !== 'match') return undefined;
  const { left, right } = statement;
  if (isBeyond(right)) return undefined;
  if (left.kind === 'meta') return PLAIN_META.has(left.key) ? left.key : undefined;
  if (left.kind !== 'payload' || left.inner !== undefined) return undefined;
  const key = `${left.protocol} ${left.field}`;
  return PLAIN_PORTS.has(key) ? key : undefined;
}

/** Whether a rule has only what both programs say alike, each thing once: its line need not be read to know it. */
function isPlain({ statements }: NftRule): boolean {
  const seen = new Set<string>();
  return statements.every((statement) => {
    if (statement.kind === 'counter' || statement.kind === 'verdict') return true;
    const key = plainKey(statement);
    if (key === undefined || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** A field that is asked twice is printed once. */
function asksTwice({ statements }: NftRule): boolean {
  const keys = statements.map(plainKey).filter((key) => key !== undefined);
  return new Set(keys).size < keys.length;
}

/** Matches that iptables-nft writes without a set or a range of addresses, whatever their options. */
const PLAIN_MATCHES: ReadonlySet<string> = new Set(['', 'tcp', 'udp', 'icmp', 'icmp6', 'comment', 'mark', 'ttl', 'hl', 'pkttype', 'limit']);

function isBeyond(right: Expression): boolean {
  return right.kind === 'set' || right.kind === 'set reference' || (right.kind === 'range' && right.from.kind === 'address');
}

/** A set or a range of addresses, which no match of the line reads. */
function isUnread(statement: Statement, printed: Rule): boolean {
  return statement.kind === 'match' && isBeyond(statement.right) && printed.spec.matches.every(({ module }) => PLAIN_MATCHES.has(module));
}

/** Whether somebody wrote this rule by nft into a chain of iptables, so that what iptables-save prints in its place may be another rule. */
function isNative(rule: NftRule, printed: Rule): boolean {
  if (rule.errors.length > 0 || rule.xt || rule.statements.some(({ kind }) => kind === 'xt')) return false;
  if (!mayBeIptables(rule)) return true;
  if (isPlain(rule)) return false;
  return asksTwice(rule) || rule.statements.some((statement) => !isPrinted(statement, printed) || isUnread(statement, printed));
}

/** The place of each rule in the listing of iptables-save; none for the native rules among them. */
function places(rules: readonly NftRule[], listed: number): readonly (number | undefined)[] | undefined {
  if (rules.length === listed) return rules.map((_, i) => i);
  if (rules.filter(mayBeIptables).length !== listed) return undefined;
  let next = 0;
  return rules.map((rule) => (mayBeIptables(rule) ? next++ : undefined));
}

function chainTwin(table: NftTable, chain: NftChain, rulesets: readonly Ruleset[], told: Contradiction[]): NftChain {
  const family = table.family === 'ip' ? 4 : 6;
  const listing = rulesets.find((ruleset) => ruleset.family === family && ruleset.backend !== 'legacy');
  const tables: ReadonlyMap<string, { readonly chains: ReadonlyMap<string, { readonly rules: readonly Rule[] }> }> | undefined =
    listing?.tables;
  const twin = tables?.get(table.name)?.chains.get(chain.name);
  if (listing === undefined || twin === undefined) return chain;
  const found = places(chain.rules, twin.rules.length);
  if (found !== undefined) {
    const natives = chain.rules.flatMap((rule, i) => {
      const place = found[i];
      return place !== undefined && isNative(rule, twin.rules[place]!) ? [[place, rule] as const] : [];
    });
    return { ...chain, iptables: found, ...(natives.length > 0 && { misprinted: new Map(natives) }) };
  }
  told.push({
    rule: chain.origin,
    text: `chain ${chain.name}`,
    message: `chain ${table.family} ${table.name} ${chain.name} has ${chain.rules.length} rules here and ${twin.rules.length} in ${listing.file}: the two listings were taken at different times, or native rules stand among those of iptables`,
  });
  // which rule is which nobody can say: what iptables-save says holds
  return { ...chain, iptables: chain.rules.map(() => undefined) };
}

/**
 * Tables that iptables-nft made are in both listings: nft's has their handles, iptables-save their meaning.
 * @returns the rule set whose chains tell which rule of iptables-save each of their rules is.
 */
export function withIptables(
  nft: NftRuleset,
  rulesets: readonly Ruleset[],
): { readonly ruleset: NftRuleset; readonly contradictions: readonly Contradiction[] } {
  const told: Contradiction[] = [];
  const tables = nft.tables.map((table): NftTable => {
    if (table.family !== 'ip' && table.family !== 'ip6') return table;
    const chains = new Map([...table.chains].map(([name, chain]) => [name, chainTwin(table, chain, rulesets, told)]));
    return { ...table, chains };
  });
  return { ruleset: { ...nft, tables }, contradictions: told };
}

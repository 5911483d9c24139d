import type { Netns } from '../../model/host.js';
import type { IpSet, IpSetMember, Rule, Ruleset, Table } from '../../model/netfilter.js';
import type { Gap, Line, RulesetText } from './plan.js';

const place = (rule: Rule): string => `${rule.origin.file}:${rule.origin.line}`;

function tableLines(netns: Netns, table: Table, gaps: Gap[]): { text: string; source: string }[] {
  const lines = [{ text: `*${table.name}`, source: `table ${table.name}` }];
  for (const chain of table.chains.values())
    lines.push({ text: `:${chain.name} ${chain.policy ?? '-'} [0:0]`, source: `chain ${chain.name}` });
  for (const chain of table.chains.values()) {
    for (const rule of chain.rules) {
      if (rule.hidden === undefined) lines.push({ text: rule.text, source: place(rule) });
      else gaps.push({ what: `${netns.name}: ${place(rule)}: ${rule.text}`, why: `the listing hides part of the rule (${rule.hidden})` });
    }
  }
  return [...lines, { text: 'COMMIT', source: `table ${table.name}` }];
}

function rulesetText(netns: Netns, ruleset: Ruleset, gaps: Gap[]): RulesetText {
  const lines = [...ruleset.tables.values()].flatMap((table) => tableLines(netns, table, gaps));
  return {
    family: ruleset.family,
    backend: ruleset.backend === 'legacy' ? 'legacy' : 'nft',
    lines: lines.map((l) => l.text),
    sources: lines.map((l) => l.source),
  };
}

/** @returns what iptables-restore takes, one text for each family and back end. */
export function planRulesets(netns: Netns): { readonly rulesets: readonly RulesetText[]; readonly gaps: readonly Gap[] } {
  const gaps: Gap[] = netns.foreign.map((chain) => ({
    what: `${netns.name}: nftables chain ${chain.family} ${chain.table} ${chain.chain}`,
    why: 'native nftables chains are not traced, and not rebuilt',
  }));
  return { rulesets: netns.rulesets.map((ruleset) => rulesetText(netns, ruleset, gaps)), gaps };
}

function memberWords({ nomatch, timeout, skbmark }: IpSetMember): string[] {
  return [
    ...(nomatch ? ['nomatch'] : []),
    ...(timeout === undefined ? [] : [`timeout ${timeout}`]),
    ...(skbmark === undefined ? [] : [`skbmark 0x${skbmark.value.toString(16)}/0x${skbmark.mask.toString(16)}`]),
  ];
}

function setLines(netns: Netns, set: IpSet): Line[] {
  const what = `${netns.name}: ipset ${set.name}`;
  const options = [...set.options].map(([name, value]) => (value === '' ? name : `${name} ${value}`)).join(' ');
  const family =
    set.options.has('family') || !set.type.startsWith('hash:') || set.type === 'hash:mac'
      ? ''
      : `family inet${set.family === 6 ? '6' : ''}`;
  return [
    { text: `create ${set.name} ${set.type} ${family} ${options}`, what },
    ...set.members.map((m) => ({
      text: ['add', set.name, m.text, ...memberWords(m)].join(' '),
      what: `${what}: ${m.text}`,
    })),
  ];
}

/** A set of sets names others: they come first. */
export function planIpsets(netns: Netns): readonly Line[] {
  const sets = [...netns.ipsets.values()];
  return [...sets.filter((s) => s.type !== 'list:set'), ...sets.filter((s) => s.type === 'list:set')].flatMap((set) =>
    setLines(netns, set),
  );
}

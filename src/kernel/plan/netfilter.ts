import type { Netns } from '../../model/host.js';
import type { IpSet, IpSetMember, Rule, Ruleset, Table } from '../../model/netfilter.js';
import { chainLine, COMMIT, ruleLine, tableLine } from '../write/rule-line.js';
import { words, type CommandWords, type Writing } from '../write/words.js';
import type { Gap, PlanLine, RulesetText, SourcedLine } from './plan.js';

const place = (rule: Rule): string => `${rule.origin.file}:${rule.origin.line}`;

/** Puts a line among the others; one that cannot be written is a gap. */
function put(lines: SourcedLine[], made: Writing, source: string, gaps: Gap[], what: string): void {
  if ('line' in made) lines.push({ line: made.line, source });
  else gaps.push({ what, why: `it is not handed to iptables-restore: ${made.fault}` });
}

function tableLines(netns: Netns, table: Table, gaps: Gap[]): readonly SourcedLine[] {
  const lines: SourcedLine[] = [{ line: tableLine(table.name), source: `table ${table.name}` }];
  for (const { name, policy } of table.chains.values())
    put(lines, chainLine(name, policy), `chain ${name}`, gaps, `${netns.name}: chain ${name}`);
  for (const chain of table.chains.values()) {
    for (const rule of chain.rules) {
      const what = `${netns.name}: ${place(rule)}: ${rule.text}`;
      if (rule.hidden === undefined) put(lines, ruleLine(chain.name, rule.spec), place(rule), gaps, what);
      else gaps.push({ what, why: `the listing hides part of the rule (${rule.hidden})` });
    }
  }
  return [...lines, { line: COMMIT, source: `table ${table.name}` }];
}

function rulesetText(netns: Netns, ruleset: Ruleset, gaps: Gap[]): RulesetText {
  const lines = [...ruleset.tables.values()].flatMap((table) => tableLines(netns, table, gaps));
  return {
    family: ruleset.family,
    backend: ruleset.backend === 'legacy' ? 'legacy' : 'nft',
    lines: lines.map((l) => l.line),
    sources: lines.map((l) => l.source),
  };
}

/** @returns what iptables-restore takes, one text for each family and back end. */
export function planRulesets(netns: Netns): { readonly rulesets: readonly RulesetText[]; readonly gaps: readonly Gap[] } {
  const gaps: Gap[] = [];
  return { rulesets: netns.rulesets.map((ruleset) => rulesetText(netns, ruleset, gaps)), gaps };
}

/** What `ipset create` takes after the type, with the number of values: ipset_create_opts of the set types (lib/ipset_*.c). `-file` and the like, which read and write files, are not among them. */
const SET_OPTIONS: ReadonlyMap<string, 0 | 1> = new Map<string, 0 | 1>([
  ...['bitmask', 'bucketsize', 'family', 'hashsize', 'initval', 'markmask', 'maxelem', 'netmask', 'range', 'size', 'timeout'].map(
    (name) => [name, 1] as const,
  ),
  ...['gc', 'probes', 'resize'].map((name) => [name, 1] as const),
  ...['comment', 'counters', 'forceadd', 'skbinfo', 'wildcard'].map((name) => [name, 0] as const),
]);

function memberWords({ nomatch, timeout, skbmark }: IpSetMember): CommandWords {
  return [
    ...(nomatch ? ['nomatch'] : []),
    ...(timeout === undefined ? [] : words`timeout ${timeout}`),
    ...(skbmark === undefined ? [] : words`skbmark 0x${skbmark.value.toString(16)}/0x${skbmark.mask.toString(16)}`),
  ];
}

function setLines(netns: Netns, set: IpSet, gaps: Gap[]): readonly PlanLine[] {
  const what = `${netns.name}: ipset ${set.name}`;
  const odd = [...set.options].find(([name, value]) => SET_OPTIONS.get(name) !== (value === '' ? 0 : 1));
  if (odd !== undefined) {
    gaps.push({ what, why: `"${odd.join(' ')}" is no option of a set that is known here` });
    return [];
  }
  const options = [...set.options].flatMap(([name, value]) => (value === '' ? [name] : [name, value]));
  const hasFamily = set.options.has('family') || !set.type.startsWith('hash:') || set.type === 'hash:mac';
  const family = hasFamily ? [] : words`family inet${set.family === 6 ? '6' : ''}`;
  return [
    { words: words`create ${set.name} ${set.type} ${family} ${options}`, what },
    ...set.members.map((m) => ({ words: words`add ${set.name} ${m.text} ${memberWords(m)}`, what: `${what}: ${m.text}` })),
  ];
}

/** A set of sets names others: they come first. */
export function planIpsets(netns: Netns): { readonly lines: readonly PlanLine[]; readonly gaps: readonly Gap[] } {
  const gaps: Gap[] = [];
  const sets = [...netns.ipsets.values()];
  const ordered = [...sets.filter((s) => s.type !== 'list:set'), ...sets.filter((s) => s.type === 'list:set')];
  return { lines: ordered.flatMap((set) => setLines(netns, set, gaps)), gaps };
}

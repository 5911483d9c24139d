import { formatPrefix, type Family, type Prefix } from '../../address/ip.js';
import { defaultRules } from '../../datapath/index.js';
import type { Host } from '../../model/host.js';
import type { PolicyRule } from '../../model/link.js';
import { parseRuleListing } from '../../snapshot/parsers/index.js';
import { refuse, withNetns, type Change } from '../change.js';
import { fullVerb, ownNetns, type IpCommand } from './command.js';

/** Words of a command, as a listing writes them (iprule_modify). */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['table', 'lookup'],
  ['dev', 'iif'],
  ['dsfield', 'tos'],
  ['sup_pl', 'suppress_prefixlength'],
  ['sup_group', 'suppress_ifgroup'],
]);
const PRIORITY: ReadonlySet<string> = new Set(['pref', 'preference', 'priority', 'order', 'prio']);
const VERBS = ['add', 'delete', 'flush'];

interface Typed {
  readonly rule: PolicyRule;
  readonly priority: number | undefined;
  /** Whether it says what the rule does. */
  readonly acts: boolean;
}

function readRule(change: Change, family: Family, words: readonly string[]): Typed {
  const kept: string[] = [];
  let priority: number | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (PRIORITY.has(word)) {
      const value = words[++i] ?? '';
      priority = /^\d{1,10}$/.test(value) ? Number(value) : refuse(change, `"${value}" is no priority`);
    } else if (word === 'type') continue;
    else kept.push(SPELLINGS.get(word) ?? word);
    if ((word === 'from' || word === 'to') && words[i + 1] === undefined) refuse(change, `${word} needs an address or prefix`);
  }
  const acts = kept.some((word) => ['lookup', 'goto', 'blackhole', 'prohibit', 'unreachable', 'nop'].includes(word));
  const spelled = [...(kept.includes('from') ? [] : ['from', 'all']), ...kept, ...(acts ? [] : ['lookup', 'main'])];
  const { data, problems } = parseRuleListing(`0:\t${spelled.join(' ')}\n`, change.origin.file, family);
  const [rule] = data;
  if (rule === undefined || problems.length > 0) refuse(change, problems[0]?.message ?? 'this is no rule');
  for (const side of ['from', 'to'] as const) {
    const at = spelled.indexOf(side);
    const value = spelled[at + 1];
    if (at >= 0 && rule[side] === undefined && value !== 'all' && value !== 'any')
      refuse(change, `"${value ?? ''}" after ${side} is no address or prefix`);
  }
  return { rule: { ...rule, origin: change.origin }, priority, acts };
}

const samePrefix = (a: Prefix | undefined, b: Prefix | undefined): boolean => textOf(a) === textOf(b);
const textOf = (prefix: Prefix | undefined): string => (prefix === undefined || prefix.length === 0 ? 'all' : formatPrefix(prefix));

const SELECTORS = [
  'not',
  'iif',
  'oif',
  'fwmark',
  'fwmask',
  'tos',
  'ipproto',
  'sport',
  'dport',
  'uidrange',
  'suppressPrefixLength',
  'suppressGroup',
] as const;

/** rule_exists: two rules that a listing could not tell apart. */
function sameRule(a: PolicyRule, b: PolicyRule): boolean {
  const rest = (rule: PolicyRule): string => JSON.stringify([SELECTORS.map((key) => rule[key]), rule.action, rule.unknown]);
  return samePrefix(a.from, b.from) && samePrefix(a.to, b.to) && rest(a) === rest(b);
}

/** rule_find: what the command leaves out may be anything. */
function isMeant(rule: PolicyRule, { rule: wanted, priority, acts }: Typed): boolean {
  if (rule.family !== wanted.family || (priority !== undefined && rule.priority !== priority)) return false;
  if (acts && JSON.stringify(rule.action) !== JSON.stringify(wanted.action)) return false;
  if (textOf(wanted.from) !== 'all' && !samePrefix(rule.from, wanted.from)) return false;
  if (textOf(wanted.to) !== 'all' && !samePrefix(rule.to, wanted.to)) return false;
  return SELECTORS.every((key) => wanted[key] === undefined || JSON.stringify(rule[key]) === JSON.stringify(wanted[key]));
}

/** fib_default_rule_pref: one before the second rule, so that a new rule comes right after `local`. */
function freePriority(own: readonly PolicyRule[]): number {
  const second = own[1]?.priority ?? 0;
  return second > 0 ? second - 1 : 0;
}

function added(change: Change, own: readonly PolicyRule[], typed: Typed): PolicyRule {
  const priority = typed.priority ?? freePriority(own);
  const rule = { ...typed.rule, priority };
  if (rule.action.kind === 'goto' && rule.action.priority <= priority)
    refuse(change, 'a rule cannot go to one before it (Backward goto not supported)');
  const same = own.find((one) => one.priority === priority && sameRule(one, rule));
  if (same !== undefined) refuse(change, `the rule is there already (File exists): priority ${same.priority}`);
  return rule;
}

/** `ip [-6] rule add|delete|flush RULE`. */
export function applyPolicyRule(host: Host, change: Change, { family: given, verb: word, words }: IpCommand): Host {
  const verb = fullVerb(change, 'rule', word, VERBS);
  const typed = readRule(change, given ?? 4, words);
  const family = given ?? typed.rule.family;
  const netns = ownNetns(host, change);
  const listed = netns.rules.filter((rule) => rule.family === family);
  const own = [...(listed.length > 0 ? listed : defaultRules(family, `${change.netns}/ip-rule`))].sort((a, b) => a.priority - b.priority);
  const others = netns.rules.filter((rule) => rule.family !== family);
  const put = (rules: readonly PolicyRule[]): Host => withNetns(host, change.netns, (ns) => ({ ...ns, rules: [...others, ...rules] }));
  if (verb === 'flush') return put(own.filter((rule) => rule.priority === 0));
  if (verb === 'add') return put([...own, added(change, own, typed)].sort((a, b) => a.priority - b.priority));
  if (words.length === 0) refuse(change, 'say which rule to delete: pref NUMBER, or its words');
  const at = own.findIndex((rule) => isMeant(rule, typed));
  if (at < 0)
    refuse(
      change,
      `there is no such rule (No such file or directory); the listing has priorities ${own.map((r) => r.priority).join(', ')}`,
    );
  if (own.length === 1) refuse(change, 'it is the last rule: without any, the default ones would be assumed');
  return put(own.toSpliced(at, 1));
}

import type { Family } from '../../address/ip.js';
import { CHAIN } from '../../names/index.js';
import type { Host } from '../../model/host.js';
import type { Chain, HookName, Rule, Ruleset, Table, TableName } from '../../model/netfilter.js';
import {
  compileRule,
  contextOf,
  eachAddress,
  savedSpec,
  readCommandLine,
  wideNumber,
  findTarget,
  parseRuleHead,
  canonicalRule,
  saveLine,
  parseRule,
} from '../../netfilter/iptables/index.js';
import { meansTheSame, renamed, withoutChain, withoutIdle } from './chains.js';
import { refuse, withNetns, type Change } from '../change.js';

const BUILT_IN: Readonly<Record<TableName, readonly HookName[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

const isTable = (name: string): name is TableName => Object.hasOwn(BUILT_IN, name);

interface Edit {
  readonly family: Family;
  readonly table: TableName;
  readonly command: string;
  readonly chain?: string;
  /** A rule's number, a policy or a new name behind the chain. */
  readonly value?: string;
  /** The words of the rule. */
  readonly words: readonly string[];
}

/** Commands that a rule belongs to. */
const WITH_RULE: ReadonlySet<string> = new Set(['A', 'I', 'D', 'R']);
const EDITS: ReadonlySet<string> = new Set([...WITH_RULE, 'P', 'N', 'F', 'X', 'E', 'Z']);

function readEdit(change: Change): Edit {
  const [program = '', ...rest] = change.words;
  const family = program.startsWith('ip6') ? 6 : 4;
  const tokens = rest.map((text) => ({ text, quoted: false }));
  const { command, chain, value, table = 'filter', otherFamily, words, errors } = readCommandLine(tokens, { family }, false);
  if (!isTable(table)) refuse(change, `there is no table "${table}"; tables are ${Object.keys(BUILT_IN).join(', ')}`);
  if (command === undefined || !EDITS.has(command)) refuse(change, 'say what to do: -A, -I, -D, -R, -P, -N, -E, -F or -X');
  const [problem] = errors;
  if (problem !== undefined) refuse(change, `${problem}; the rule would not load`);
  if (otherFamily) refuse(change, `${program} takes no rule of the other family`);
  const aside = command === 'D' && isNumber(value);
  if ((!WITH_RULE.has(command) || aside) && words.length > 0) refuse(change, `"${words.join(' ')}" does not go with -${command}`);
  return { family, table, command, words, ...(chain !== undefined && { chain }), ...(value !== undefined && { value }) };
}

/** @returns rules as the snapshot's own would be, had the command been typed before it was taken: one, or one for each address listed. */
function makeRules(change: Change, family: Family, table: Table, chain: string, words: readonly string[]): readonly Rule[] {
  const isChain = (name: string): boolean => table.chains.has(name);
  const typed = saveLine(['-A', chain, ...words]);
  const { spec } = parseRule(typed, { family, isChain });
  const { origin } = change;
  const [problem] = compileRule({ chain, text: typed, spec, origin }, table, family).problems;
  if (problem !== undefined) refuse(change, `${problem}; the rule would not load`);
  return eachAddress(spec).map((one) => {
    const text = canonicalRule(chain, savedSpec(one, contextOf(one, chain, table, family)));
    return { chain, text, spec: parseRule(text, { family, isChain }).spec, head: parseRuleHead(text), origin };
  });
}

/** One rule, where a command names one by what it says, or makes one that must be alone. */
export function makeRule(change: Change, family: Family, table: Table, chain: string, words: readonly string[]): Rule {
  const [rule, second] = makeRules(change, family, table, chain, words);
  return rule === undefined || second !== undefined ? refuse(change, 'name one address: several make several rules') : rule;
}

/** A table as the kernel makes one when it is first named. */
function freshTable(name: TableName, change: Change): Table {
  return {
    name,
    chains: new Map(BUILT_IN[name].map((hook) => [hook, { name: hook, policy: 'ACCEPT' as const, rules: [], origin: change.origin }])),
  };
}

function chainOf(change: Change, table: Table, name: string | undefined): Chain {
  const chain = name === undefined ? undefined : table.chains.get(name);
  if (chain !== undefined) return chain;
  return refuse(change, `table ${table.name} has no chain "${name ?? ''}"; it has ${[...table.chains.keys()].slice(0, 12).join(', ')}`);
}

const isNumber = (word: string | undefined): word is string => word !== undefined && wideNumber(word) !== undefined;

/** A rule's position from its number, counted from 1. */
function position(change: Change, chain: Chain, word: string, most: number): number {
  const number = isNumber(word) ? Number(wideNumber(word)) : refuse(change, `"${word}" is no rule's number`);
  if (number < 1 || number > most) refuse(change, `chain ${chain.name} has ${chain.rules.length} rules, so there is no place ${word}`);
  return number - 1;
}

function find(change: Change, family: Family, table: Table, chain: Chain, words: readonly string[]): number {
  const wanted = makeRule(change, family, table, chain.name, words);
  const named = canonicalRule(chain.name, wanted.spec);
  const exact = chain.rules.findIndex((rule) => canonicalRule(chain.name, rule.spec) === named);
  const at = exact >= 0 ? exact : chain.rules.findIndex((rule) => meansTheSame(rule, wanted, table, family));
  return at >= 0 ? at : refuse(change, `chain ${chain.name} has no rule \`${wanted.text}\``);
}

function editRules(change: Change, { family, command, value, words }: Edit, table: Table, chain: Chain): readonly Rule[] {
  const { rules } = chain;
  switch (command) {
    case 'A':
      return [...rules, ...makeRules(change, family, table, chain.name, words)];
    case 'I': {
      const at = value === undefined ? 0 : position(change, chain, value, rules.length + 1);
      // each goes to that place, the last of them first
      return rules.toSpliced(at, 0, ...makeRules(change, family, table, chain.name, words).toReversed());
    }
    case 'R':
      return rules.with(position(change, chain, value ?? '', rules.length), makeRule(change, family, table, chain.name, words));
    default:
      return rules.toSpliced(
        value === undefined ? find(change, family, table, chain, words) : position(change, chain, value, rules.length),
        1,
      );
  }
}

/** Names that a rule could not jump to (validate_chain_name). */
function newChain(change: Change, table: Table, name: string | undefined): Chain {
  if (name === undefined || table.chains.has(name))
    return refuse(change, name === undefined ? 'name the chain' : `chain ${name} is there already`);
  const fault = CHAIN.fault(name) ?? (findTarget(name) === undefined ? undefined : "is a target's name");
  return fault === undefined ? { name, rules: [], origin: change.origin } : refuse(change, `no chain can be called "${name}": it ${fault}`);
}

function applyEdit(change: Change, edit: Edit, table: Table): Table {
  const { chain: name, value } = edit;
  const put = (chain: Chain): Table => ({ ...table, chains: new Map(table.chains).set(chain.name, chain) });
  switch (edit.command) {
    case 'N':
      return put(newChain(change, table, name));
    case 'P': {
      const chain = chainOf(change, table, name);
      if (value !== 'ACCEPT' && value !== 'DROP') return refuse(change, 'a policy is ACCEPT or DROP');
      if (chain.policy === undefined) refuse(change, `${chain.name} is a user chain, which has no policy`);
      return put({ ...chain, policy: value });
    }
    case 'F': {
      const emptied = name === undefined ? [...table.chains.values()] : [chainOf(change, table, name)];
      return { ...table, chains: new Map([...table.chains, ...emptied.map((chain) => [chain.name, { ...chain, rules: [] }] as const)]) };
    }
    case 'X':
      return name === undefined ? withoutIdle(table) : withoutChain(change, table, name);
    case 'E':
      return renamed(change, table, name, value);
    case 'Z':
      return table;
    default: {
      const chain = chainOf(change, table, name);
      return put({ ...chain, rules: editRules(change, edit, table, chain) });
    }
  }
}

/** Replaces one table of a family; the back end that holds its rules keeps them. */
export function withTable(host: Host, change: Change, family: Family, name: TableName, update: (table: Table) => Table): Host {
  return withNetns(host, change.netns, (netns) => {
    const holds = (set: Ruleset): boolean => set.family === family && (set.tables.get(name)?.chains.size ?? 0) > 0;
    const target = netns.rulesets.find(holds) ?? netns.rulesets.find((set) => set.family === family);
    const made: Ruleset = target ?? { family, backend: 'unknown', tables: new Map(), file: change.origin.file };
    const next: Ruleset = { ...made, tables: new Map(made.tables).set(name, update(made.tables.get(name) ?? freshTable(name, change))) };
    return {
      ...netns,
      rulesets: target === undefined ? [...netns.rulesets, next] : netns.rulesets.map((set) => (set === target ? next : set)),
    };
  });
}

/** `iptables` and `ip6tables` with -A, -I, -D, -R, -P, -N, -E, -F, -X in any table. */
export function applyIptables(host: Host, change: Change): Host {
  const edit = readEdit(change);
  return withTable(host, change, edit.family, edit.table, (table) => applyEdit(change, edit, table));
}

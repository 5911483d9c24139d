import type { Family } from '../../address/ip.js';
import { chainGraph, compileRule, parseRuleHead, canonicalRule } from '../../netfilter/iptables/index.js';
import type { Chain, Rule, Table } from '../../model/netfilter.js';
import { refuse, type Change } from '../change.js';

/** Whether two rules ask and do the same, however they are spelled: `--ctstate NEW,RELATED` is `--ctstate RELATED,NEW`. */
export function meansTheSame(a: Rule, b: Rule, table: Table, family: Family): boolean {
  if (a.spec.target?.name !== b.spec.target?.name || a.spec.errors.length + b.spec.errors.length > 0) return false;
  const comments = (rule: Rule): readonly string[] =>
    rule.spec.matches.filter((m) => m.module === 'comment').flatMap((m) => m.options.flatMap((o) => o.args));
  const told = (rule: Rule): string => {
    const { predicate, action } = compileRule(rule, table, family);
    return JSON.stringify([predicate, action, comments(rule)], (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  };
  return told(a) === told(b);
}

/** The first rule that jumps to a chain: the kernel keeps such a chain. */
function jumpTo(table: Table, name: string): Rule | undefined {
  return chainGraph(table).jumpsTo(name)[0]?.rule;
}

function userChain(change: Change, table: Table, name: string | undefined): Chain {
  const chain = name === undefined ? undefined : table.chains.get(name);
  if (chain === undefined)
    refuse(change, `table ${table.name} has no chain "${name ?? ''}"; it has ${[...table.chains.keys()].slice(0, 12).join(', ')}`);
  if (chain.policy !== undefined) refuse(change, `${chain.name} is a built-in chain`);
  return chain;
}

/** `-X NAME`: nf_tables and ip_tables keep a chain that holds rules, or that a rule jumps to. */
export function withoutChain(change: Change, table: Table, name: string): Table {
  const chain = userChain(change, table, name);
  if (chain.rules.length > 0)
    refuse(change, `chain ${name} holds ${chain.rules.length} rules (Directory not empty); flush it first with -F ${name}`);
  const user = jumpTo(table, name);
  if (user !== undefined)
    refuse(change, `\`${user.text}\` (${user.origin.file}:${user.origin.line}) jumps to ${name} (Too many links); delete that first`);
  return { ...table, chains: new Map([...table.chains].filter(([other]) => other !== name)) };
}

/** `-X`: every user chain that is empty and that nothing jumps to. */
export function withoutIdle(table: Table): Table {
  const idle = (chain: Chain): boolean => chain.policy === undefined && chain.rules.length === 0 && jumpTo(table, chain.name) === undefined;
  return { ...table, chains: new Map([...table.chains].filter(([, chain]) => !idle(chain))) };
}

/** `-E OLD NEW`: what jumps to the chain jumps to it by its new name. */
export function renamed(change: Change, table: Table, name: string | undefined, next: string | undefined): Table {
  const old = userChain(change, table, name);
  if (next === undefined || table.chains.has(next))
    refuse(change, next === undefined ? 'write it as -E OLD NEW' : `chain ${next} is there already`);
  const ruleOf = (rule: Rule): Rule => {
    const { target } = rule.spec;
    const moved = rule.chain === old.name;
    const aimed = target?.name === old.name;
    if (!moved && !aimed) return rule;
    const chain = moved ? next : rule.chain;
    const spec = { ...rule.spec, spelling: undefined, ...(aimed && { target: { ...target, name: next } }) };
    const text = canonicalRule(chain, spec);
    return { ...rule, chain, spec, text, head: parseRuleHead(text) };
  };
  const chains = [...table.chains.values()].map((chain) => {
    const named = chain === old ? next : chain.name;
    return [named, { ...chain, name: named, rules: chain.rules.map(ruleOf) }] as const;
  });
  return { ...table, chains: new Map(chains) };
}

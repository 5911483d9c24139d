import type { Rule } from '../../model/netfilter.js';
import {
  type CommandLine,
  contextOf,
  UnreadableOption,
  savedSpec,
  wideNumber,
  canonicalRule,
  findTarget,
  saveLine,
} from '../../netfilter/iptables/index.js';
import { NO_RULES, type OpenChain, type OpenTable } from './saved-table.js';
import { isBuiltIn } from './table-told.js';

/** What a line of a restore file comes to, besides the rules that `-A` adds. */
export type Edited =
  | { readonly kind: 'done' }
  | { readonly kind: 'declare'; readonly name: string; readonly policy?: 'ACCEPT' | 'DROP' }
  /** No kernel takes it: which rules the chain has (all chains, where it names none) is not known from here on. */
  | { readonly kind: 'refused'; readonly why: string; readonly chain?: string };

const DONE: Edited = { kind: 'done' };

/** @returns a rule's line as iptables-save would begin it, whatever command it stood behind. */
export function ruleLine({ chain = '', words }: CommandLine): string {
  return words.length === 0 ? `-A ${chain}` : `-A ${chain} ${saveLine(words)}`;
}

const indexOf = (value: string): number => Number(wideNumber(value) ?? 0n) - 1;

function own(chain: OpenChain): Rule[] {
  if (chain.rules === NO_RULES) chain.rules = [];
  return chain.rules;
}

/** @returns a rule as iptables-save prints it; where it cannot be read, as it stands. */
function saved(table: OpenTable, rule: Rule): string {
  try {
    return canonicalRule(rule.chain, savedSpec(rule.spec, contextOf(rule.spec, rule.chain, table, table.family)));
  } catch (error) {
    if (error instanceof UnreadableOption) return rule.text;
    throw error;
  }
}

function putRule(table: OpenTable, line: CommandLine, chain: OpenChain, rule: Rule): Edited {
  const rules = own(chain);
  const { command, value } = line;
  const refused = (why: string): Edited => ({ kind: 'refused', why, chain: chain.name });
  if (command === 'A') rules.push(rule);
  else if (command === 'I') {
    const at = value === undefined ? 0 : indexOf(value);
    if (at < 0 || at > rules.length) return refused(`chain ${chain.name} has no place ${value}`);
    rules.splice(at, 0, rule);
  } else {
    const at =
      value === undefined ? rules.findIndex((one) => one.gap === undefined && saved(table, one) === saved(table, rule)) : indexOf(value);
    if (rules[at] === undefined) return refused(`chain ${chain.name} has no such rule`);
    if (command === 'D') rules.splice(at, 1);
    if (command === 'R') rules[at] = rule;
  }
  return DONE;
}

function withoutChains(table: OpenTable, name: string | undefined): Edited {
  const chain = name === undefined ? undefined : table.chains.get(name);
  if (name !== undefined && (chain === undefined || isBuiltIn(name) || chain.rules.length > 0))
    return { kind: 'refused', why: `chain ${name} cannot be deleted` };
  for (const one of [...table.chains.values()])
    if (one === chain || (name === undefined && !isBuiltIn(one.name) && one.rules.length === 0)) table.chains.delete(one.name);
  return DONE;
}

function newChain(table: OpenTable, name: string): Edited {
  if (table.chains.has(name)) return { kind: 'refused', why: `chain ${name} is declared twice` };
  return findTarget(name) === undefined
    ? { kind: 'declare', name }
    : { kind: 'refused', why: `no chain can be called ${name}, as a target is` };
}

/**
 * Does to a table what a line of a restore file does (do_command4 in iptables-restore).
 * @param rule made of its words, for those commands that have one.
 */
export function applyLine(table: OpenTable, line: CommandLine, rule: (chain: OpenChain) => Rule): Edited {
  const { command, chain: name, value } = line;
  if (command === undefined) return { kind: 'refused', why: 'no command, such as -A' };
  const chain = name === undefined ? undefined : table.chains.get(name);
  const unknown: Edited = { kind: 'refused', why: `chain ${name ?? ''} is not declared in table ${table.name}` };
  switch (command) {
    case 'N':
      return newChain(table, name ?? '');
    case 'P':
      return value === 'ACCEPT' || value === 'DROP'
        ? { kind: 'declare', name: name ?? '', policy: value }
        : { kind: 'refused', why: `"${value ?? ''}" is no policy` };
    case 'F':
      if (name !== undefined && chain === undefined) return unknown;
      for (const one of chain === undefined ? table.chains.values() : [chain]) one.rules = NO_RULES;
      return DONE;
    case 'X':
      return withoutChains(table, name);
    case 'A':
    case 'I':
    case 'D':
    case 'R':
    case 'C':
      return chain === undefined ? unknown : putRule(table, line, chain, rule(chain));
    case 'Z':
    case 'L':
    case 'S':
      return DONE;
    default:
      return { kind: 'refused', why: `what -${command} does is not followed` };
  }
}

/**
 * A second `*filter` in one file replaces what the first one said; policies that it leaves out are kept by iptables-legacy-restore and set to
 * ACCEPT by iptables-nft-restore.
 */
export function replaceTable(first: OpenTable, second: OpenTable, backend: 'nft' | 'legacy' | 'unknown'): void {
  for (const { name, policy: before, policyUnseen: unseen, origin } of first.chains.values()) {
    const chain = second.chains.get(name);
    if (!isBuiltIn(name) || before === undefined || (chain !== undefined && chain.policyUnseen === undefined)) continue;
    const policy = backend === 'nft' ? 'ACCEPT' : before;
    const twice = `the policy of ${second.name} ${name}, which ${second.file} does not say the second time (legacy keeps ${before}, nft sets ACCEPT)`;
    const open = unseen ?? (before === 'ACCEPT' || backend !== 'unknown' ? undefined : twice);
    second.chains.set(name, {
      name,
      rules: chain?.rules ?? NO_RULES,
      origin: chain?.origin ?? origin,
      policy,
      ...(open !== undefined && { policyUnseen: open }),
    });
  }
}

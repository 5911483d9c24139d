import type { HookName, Rule, Table } from '../../../model/netfilter.js';

const HOOKS: ReadonlySet<string> = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);
const isHook = (name: string): name is HookName => HOOKS.has(name);
const NONE: ReadonlySet<HookName> = new Set();

const cache = new WeakMap<Table, ReadonlyMap<string, ReadonlySet<HookName>>>();

/** The last word but one of most rules; others are read whole. */
const JUMP = / -[jg] (\S+)$/;

/** @returns the chain that a rule leads to; whole rules are read only where their text does not tell, since a table may have 100,000. */
function jumpOf(rule: Rule, table: Table): string | undefined {
  if (rule.gap !== undefined) return undefined;
  const last = JUMP.exec(rule.text)?.[1];
  if (last !== undefined && !table.chains.has(last)) return undefined;
  const name = rule.spec.target?.name;
  return name !== undefined && table.chains.has(name) ? name : undefined;
}

function walk(table: Table): ReadonlyMap<string, ReadonlySet<HookName>> {
  const found = new Map<string, Set<HookName>>();
  for (const hook of table.chains.keys()) {
    if (!isHook(hook)) continue;
    const open = [hook as string];
    const seen = new Set(open);
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      found.set(name, (found.get(name) ?? new Set()).add(hook));
      for (const rule of table.chains.get(name)?.rules ?? []) {
        const target = jumpOf(rule, table);
        if (target === undefined || seen.has(target)) continue;
        seen.add(target);
        open.push(target);
      }
    }
  }
  return found;
}

/** @returns the built-in chains from which rules lead to a chain (mark_source_chains, nft_chain_validate); none where none does, or is shown. */
export function hooksTo(table: Table, chain: string): ReadonlySet<HookName> {
  if (isHook(chain)) return new Set([chain]);
  let known = cache.get(table);
  if (known === undefined) cache.set(table, (known = walk(table)));
  return known.get(chain) ?? NONE;
}

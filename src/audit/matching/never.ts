import { formatIp } from '../../address/ip.js';
import type { CompiledChain, CompiledRule, CompiledTable } from '../../datapath/netfilter/compile.js';
import type { Predicate } from '../../datapath/netfilter/predicate.js';
import type { NetnsState } from '../../datapath/netns-state.js';
import type { EvidenceLine } from '../../model/audit.js';
import type { HookName } from '../../model/netfilter.js';
import { conjuncts, contradicts, implies } from './implies.js';

/** Why no packet can match a rule, with the lines that say so. */
export interface Never {
  readonly how: 'contradiction' | 'shadowed' | 'interface' | 'address';
  readonly why: string;
  readonly lines: readonly EvidenceLine[];
}

/** Where a chain is asked from. */
export interface ChainUse {
  readonly hooks: ReadonlySet<HookName>;
}

const HOOKS: readonly HookName[] = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];

function targetsOf(chain: CompiledChain): readonly string[] {
  return chain.rules.flatMap(({ action }) => (action.kind === 'jump' || action.kind === 'goto' ? [action.chain] : []));
}

/** @returns by which hooks each chain of a table is reached; chains that nothing leads to are absent. */
export function chainUses(table: CompiledTable): ReadonlyMap<string, ChainUse> {
  const uses = new Map<string, Set<HookName>>();
  for (const hook of HOOKS) {
    const base = table.chain(hook);
    if (base?.policy === undefined) continue;
    const todo = [hook as string];
    const seen = new Set(todo);
    for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
      const chain = table.chain(name);
      if (chain === undefined) continue;
      uses.set(name, (uses.get(name) ?? new Set<HookName>()).add(hook));
      for (const next of targetsOf(chain)) if (!seen.has(next)) todo.push(seen.add(next) && next);
    }
  }
  return new Map([...uses].map(([name, hooks]) => [name, { hooks }]));
}

/** Actions after which the chain does not go on. */
function ends(rule: CompiledRule): boolean {
  return ['accept', 'drop', 'return', 'reject', 'goto', 'nat', 'masquerade', 'redirect', 'netmap'].includes(rule.action.kind);
}

function lineOf(rule: CompiledRule, note: string): EvidenceLine {
  return { text: rule.rule.text, origin: rule.rule.origin, note };
}

function shadow(chain: CompiledChain, index: number): Never | undefined {
  const rule = chain.rules[index];
  if (rule === undefined) return undefined;
  const earlier = chain.rules.slice(0, index).find((other) => ends(other) && implies(rule.predicate, other.predicate));
  if (earlier === undefined) return undefined;
  const { file, line } = earlier.rule.origin;
  return {
    how: 'shadowed',
    why: `\`${earlier.rule.text}\` (${file}:${line}) already decides for every packet that it would match`,
    lines: [lineOf(earlier, 'stands before it and matches at least as much')],
  };
}

function absentInterface(ns: NetnsState, predicate: Predicate): string | undefined {
  for (const one of conjuncts(predicate)) {
    if (one.op !== 'iface') continue;
    const there = [...ns.interfaces.keys()].some((name) => (one.prefix ? name.startsWith(one.name) : name === one.name));
    if (!there) return `${one.name}${one.prefix ? '+' : ''}`;
  }
  return undefined;
}

/** What is addressed to the host is not forwarded: after DNAT the packet bears the container's address. */
function ownDestination(ns: NetnsState, predicate: Predicate): string | undefined {
  for (const one of conjuncts(predicate)) {
    if (one.op !== 'in' || one.field !== 'dst') continue;
    const [first] = one.ranges;
    if (one.ranges.length === 1 && first !== undefined && first[0] === first[1] && ns.owns(first[0])) return formatIp(first[0]);
  }
  return undefined;
}

/**
 * Why a rule can match no packet. Sound, not complete: undefined also where it cannot be told.
 * @param use where its chain is asked from.
 */
export function neverMatches(ns: NetnsState, chain: CompiledChain, index: number, use: ChainUse): Never | undefined {
  const rule = chain.rules[index];
  if (rule === undefined) return undefined;
  const { predicate } = rule;
  if (contradicts(predicate)) return { how: 'contradiction', why: 'its conditions exclude one another', lines: [] };
  const iface = ns.netns.sources.has('addr') ? absentInterface(ns, predicate) : undefined;
  if (iface !== undefined) return { how: 'interface', why: `the host has no interface ${iface}`, lines: [] };
  const onlyForward = [...use.hooks].every((hook) => hook === 'FORWARD');
  const own = onlyForward ? ownDestination(ns, predicate) : undefined;
  if (own !== undefined)
    return { how: 'address', why: `${own} is the host's own address, and what is forwarded bears the container's`, lines: [] };
  return shadow(chain, index);
}

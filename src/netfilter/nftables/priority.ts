import type { NftFamily, NftHook } from './ast.js';

const USUAL: ReadonlyMap<string, number> = new Map([
  ['raw', -300],
  ['mangle', -150],
  ['dstnat', -100],
  ['filter', 0],
  ['security', 50],
  ['srcnat', 100],
]);
const BRIDGE: ReadonlyMap<string, number> = new Map([
  ['dstnat', -300],
  ['filter', -200],
  ['out', 100],
  ['srcnat', 300],
]);
const FILTER: ReadonlyMap<string, number> = new Map([['filter', 0]]);

/** Names of priorities in a family (std_prios, bridge_std_prios of rule.c). */
function namesOf(family: NftFamily): ReadonlyMap<string, number> {
  return family === 'bridge' ? BRIDGE : family === 'netdev' || family === 'arp' ? FILTER : USUAL;
}

/** Hooks at which a name stands for a priority: destinations are translated on the way in, sources on the way out. */
function fits(name: string, hook: string): boolean {
  if (name === 'dstnat') return hook === 'prerouting' || hook === 'output';
  if (name === 'srcnat') return hook === 'postrouting' || hook === 'input';
  if (name === 'out') return hook === 'output';
  return true;
}

/** @returns the number of a named priority, undefined where the family or hook has none of the name. */
export function priorityNumber(name: string, family: NftFamily, hook: NftHook): number | undefined {
  return fits(name, hook) ? namesOf(family).get(name) : undefined;
}

const NEAR = 10;

/** @returns the priority as a listing prints it: by the name that is at most 10 away (prio2str). */
export function printPriority(priority: number, family: NftFamily, hook: NftHook): string {
  for (const [name, value] of namesOf(family)) {
    if (!fits(name, hook) || Math.abs(priority - value) > NEAR) continue;
    const offset = priority - value;
    return offset === 0 ? name : `${name} ${offset > 0 ? '+' : '-'} ${Math.abs(offset)}`;
  }
  return String(priority);
}

import type { VerdictAction } from '../verdict-action.js';
import type { KeyedSet } from './keyed-set.js';

const known = new WeakMap<KeyedSet, readonly VerdictAction[]>();

/** @returns the verdicts that a map holds, each once: a hundred thousand entries come to a few, and hundreds of rules may ask one map. */
export function verdictsOf(map: KeyedSet): readonly VerdictAction[] {
  let verdicts = known.get(map);
  if (verdicts === undefined) {
    const byText = new Map<string, VerdictAction>();
    for (const { data } of map.entries) if (data?.kind === 'action') byText.set(data.text, data.action);
    known.set(map, (verdicts = [...byText.values()]));
  }
  return verdicts;
}

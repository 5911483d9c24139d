import type { Assumption } from '../../model/assumption.js';
import type { Walk } from '../walk/walk.js';

/**
 * Says that blank listings of rules are taken at their word.
 * @param files those that there are.
 * @param shown as words; the files themselves where absent.
 */
export function blanksAssumed(files: readonly string[], shown = files.join(', ')): Assumption {
  const are = files.length === 1 ? 'is blank' : 'are blank';
  const detail = `${shown} ${are}: taken to say that there are no rules, though a command that failed leaves the same (\`nft list ruleset\` would show)`;
  return { category: 'missing', choice: 'missing=rules=none', detail, given: false };
}

/** @returns what a walk takes for granted of blank listings on its way, in one; nothing where it met none. */
export function blanksTaken({ blankRules }: Pick<Walk, 'blankRules'>): readonly Assumption[] {
  return blankRules.size === 0 ? [] : [blanksAssumed([...blankRules])];
}

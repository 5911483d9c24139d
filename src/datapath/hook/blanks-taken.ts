import type { Assumption } from '../../model/assumption.js';

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

import { RuleError } from './error.js';
import type { AuditRule } from './rule.js';

/**
 * Puts rules in the order of their ids.
 * @throws RuleError where two share an id.
 */
export function orderRules(rules: readonly { readonly rule: AuditRule; readonly file: string }[]): readonly AuditRule[] {
  const byId = new Map<string, string>();
  for (const { rule, file } of rules) {
    const other = byId.get(rule.id);
    if (other !== undefined) throw new RuleError(`${file}: rule ${rule.id} is already in ${other}`);
    byId.set(rule.id, file);
  }
  return rules.map(({ rule }) => rule).sort((a, b) => (a.id < b.id ? -1 : 1));
}

import type { RuleInfo } from '../../model/audit.js';
import type { AuditRule } from './rule.js';

/** @returns what reports show of a rule. */
export function infoOf({ id, title, severity, rationale, remedy, references }: AuditRule): RuleInfo {
  return { id, title, severity, rationale, remedy, references };
}

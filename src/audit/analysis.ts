import type { CheckResult } from './proof.js';
import type { AuditRule } from './rules/rule.js';
import type { Survey } from './survey/survey.js';

/** What data cannot say: a check of its own, by the name that rules give. */
export type Analysis = (survey: Survey, rule: AuditRule) => CheckResult;

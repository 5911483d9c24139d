/** What this room is entered by: everything that others ask of it. */
export type { AuditConfig, Suppression } from './config.js';
export { isDay } from './day.js';
export { describeCheck } from './describe.js';
export { type AuditDraft, auditMachine } from './engine.js';
export { RuleError } from './rules/error.js';
export { infoOf } from './rules/info.js';
export { orderRules } from './rules/order.js';
export type { AuditRule } from './rules/rule.js';
export type { UseLookUp } from './used.js';

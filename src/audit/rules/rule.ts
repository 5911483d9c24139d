import type { FromSchema } from 'json-schema-to-ts';
import type { RULE_SCHEMA } from './schema.js';

/** A rule as its file holds it. */
export type AuditRule = FromSchema<typeof RULE_SCHEMA>;

export type Check = AuditRule['check'];
export type PathCheck = Extract<Check, { kind: 'path' }>;
export type FactCheck = Extract<Check, { kind: 'fact' }>;
export type AnalysisCheck = Extract<Check, { kind: 'analysis' }>;
export type Target = PathCheck['to'];
export type ServiceSpec = NonNullable<Target['services']>[number];

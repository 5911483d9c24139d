import { Ajv } from 'ajv';
import type { FromSchema } from 'json-schema-to-ts';
import { unknownField } from '../reachability/index.js';
import { isDay } from './day.js';

/** A configuration file. */
export const CONFIG_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    audit: {
      type: 'object',
      additionalProperties: false,
      properties: {
        disable: { type: 'array', items: { type: 'string' } },
        acceptUndetermined: { type: 'array', items: { type: 'string', minLength: 1 } },
        suppress: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['rule', 'reason', 'expires'],
            properties: {
              rule: { type: 'string', minLength: 1 },
              object: { type: 'string', minLength: 1 },
              reason: { type: 'string', minLength: 1 },
              expires: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
            },
          },
        },
      },
    },
  },
} as const;

type Config = FromSchema<typeof CONFIG_SCHEMA>;

/** What a configuration file says of the audit. */
export type AuditConfig = NonNullable<Config['audit']>;
/** One finding that somebody accepted, why, and until when. `object` may hold `*`. */
export type Suppression = NonNullable<AuditConfig['suppress']>[number];

/** A configuration file that cannot be used. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const validate = new Ajv({ verbose: true, allErrors: true }).compile<Config>(CONFIG_SCHEMA);

/**
 * Checks what was read from a configuration file.
 * @param file for messages.
 * @throws ConfigError that names the entry.
 */
export function auditConfig(value: unknown, file: string): AuditConfig {
  if (validate(value)) {
    const wrong = value.audit?.suppress?.findIndex(({ expires }) => !isDay(expires)) ?? -1;
    if (wrong >= 0)
      throw new ConfigError(`${file}: audit.suppress.${wrong}.expires: there is no day ${value.audit?.suppress?.[wrong]?.expires ?? ''}`);
    return value.audit ?? {};
  }
  const errors = validate.errors ?? [];
  // a slip in a field's name is also one that is lacking
  const error = errors.find(({ keyword }) => keyword === 'additionalProperties') ?? errors[0];
  const at = error?.instancePath.slice(1).replaceAll('/', '.') ?? '';
  const hint = at.endsWith('expires') ? '; write a day as 2026-12-31' : '';
  const extra = error === undefined ? undefined : unknownField(error);
  throw new ConfigError(`${file}: ${at === '' ? 'it' : at} ${extra ?? error?.message ?? 'is not valid'}${hint}`);
}

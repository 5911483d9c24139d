import { Ajv, type ErrorObject } from 'ajv';
import { unknownField } from '../../reachability/index.js';
import { RuleError } from './error.js';
import { RULE_SCHEMA } from './schema.js';
import { slipInFact } from './fact-fields.js';
import type { AuditRule } from './rule.js';

const validate = new Ajv({ allErrors: true, allowUnionTypes: true, verbose: true }).compile<AuditRule>(RULE_SCHEMA);

function place(error: ErrorObject): string {
  return error.instancePath === '' ? 'the rule' : error.instancePath.slice(1).replaceAll('/', '.');
}

function tell(error: ErrorObject): string {
  const field = unknownField(error);
  if (field !== undefined) return `${place(error)} ${field}`;
  const extra: unknown = error.params['allowedValues'];
  const what = extra === undefined ? '' : ` (${Array.isArray(extra) ? extra.join(', ') : String(extra)})`;
  return `${place(error)} ${error.message ?? 'is not valid'}${what}`;
}

/** The errors of the form of check that was meant: `oneOf` complains about all of them. */
function relevant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const other = errors.filter((e) => e.keyword !== 'oneOf' && !(e.keyword === 'const' && e.instancePath === '/check/kind'));
  const outside = other.filter((e) => !e.instancePath.startsWith('/check'));
  // a slip in a field's name is also one that is lacking
  const slip = outside.find(({ keyword }) => keyword === 'additionalProperties');
  if (slip !== undefined) return [slip];
  return outside.length > 0 ? outside : other.length > 0 ? other : errors;
}

/**
 * Reads one rule.
 * @param file for messages.
 * @throws RuleError where it is no JSON, breaks the schema, or asks a fact for what nothing can have.
 */
export function parseRule(text: string, file: string): AuditRule {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RuleError(`${file}: is no JSON (${error instanceof Error ? error.message : String(error)})`, { cause: error });
  }
  if (validate(value)) {
    const slip = value.check.kind === 'fact' ? slipInFact(value.check) : undefined;
    if (slip !== undefined) throw new RuleError(`${file}: ${slip}`);
    return value;
  }
  const [first] = relevant(validate.errors ?? []);
  throw new RuleError(`${file}: ${first === undefined ? 'is no rule' : tell(first)}; rules/rule.schema.json has the form`);
}

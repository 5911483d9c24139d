import type { ErrorObject } from 'ajv';
import { nearestNames } from '../../datapath/index.js';

/**
 * What to say of a field that a schema does not have: the one that was meant, else all that there are.
 * @param error of an Ajv that is `verbose`, so that it holds the schema it comes from.
 * @returns for what stands where it should not: `has no field "suppres": did you mean suppress?`; undefined for any other error.
 */
export function unknownField({ keyword, params, parentSchema }: ErrorObject): string | undefined {
  const extra: unknown = params['additionalProperty'];
  if (keyword !== 'additionalProperties' || typeof extra !== 'string') return undefined;
  const properties: unknown = parentSchema?.['properties'];
  const known = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  const [nearest] = nearestNames(extra, known);
  return `has no field ${JSON.stringify(extra)}: ${nearest === undefined ? `its fields are ${known.join(', ')}` : `did you mean ${nearest}?`}`;
}

import type { Ip } from '../../../address/ip.js';
import { after, before } from '../../../address/ranges.js';
import type { Expression } from '../ast.js';
import { isCyclic } from '../types/data-types.js';
import { keyPart } from './expressions/constants.js';

/**
 * `tcp dport < 100 tcp dport > 10` is listed as `tcp dport != 100-10` (expr_postprocess_range of nft): what lies between the two.
 * @returns the first and the last value, the first greater where there is none; undefined for all other ranges.
 */
export function turnedRange(right: Expression): { readonly lo: Ip; readonly hi: Ip } | undefined {
  if (right.kind !== 'range' || (right.from.kind === 'number' && isCyclic(right.from.type))) return undefined;
  const part = keyPart(right);
  return part.kind === 'range' && part.lo > part.hi ? { lo: after(part.hi), hi: before(part.lo) } : undefined;
}

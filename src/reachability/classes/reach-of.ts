import type { Reach } from '../../model/reachability.js';
import type { FlowClass } from './equivalence-class.js';

/** @returns whether packets of a class get through. */
export function reachOf({ outcomes, opaque, fate }: Pick<FlowClass, 'outcomes' | 'opaque' | 'fate'>): Reach {
  if (opaque !== undefined || fate.outcome === 'unknown') return 'unknown';
  const open = outcomes.filter((o) => o === 'connected').length;
  return open === 0 ? 'closed' : open === outcomes.length ? 'open' : 'unknown';
}

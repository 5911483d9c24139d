import type { BlankedLabels } from '../model/host-meta.js';

/** @returns whether the value of a label was left on the host. */
export function isBlanked(blanked: BlankedLabels | undefined, key: string): boolean {
  if (blanked === undefined) return false;
  return !blanked.except.some((kept) => (kept.endsWith('*') ? key.startsWith(kept.slice(0, -1)) : key === kept));
}

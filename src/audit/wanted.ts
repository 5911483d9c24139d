import type { Undetermined, Wanted } from '../model/audit.js';
import type { Lack } from '../model/lack.js';

/**
 * What would decide undetermined rules.
 * @returns each lack once, that which most rules look at first, then that which decides more of them by itself.
 */
export function wantedFor(undetermined: readonly Undetermined[]): readonly Wanted[] {
  const found = new Map<string, { readonly lack: Lack; readonly decides: string[]; readonly asked: string[] }>();
  for (const { rule, lacking } of undetermined)
    for (const lack of lacking) {
      const known = found.get(lack.file) ?? { lack, decides: [], asked: [] };
      found.set(lack.file, known);
      known.asked.push(rule);
      if (lacking.length === 1) known.decides.push(rule);
    }
  return [...found.values()]
    .map(({ lack, decides, asked }): Wanted => ({ ...lack, decides, asked }))
    .sort((a, b) => b.asked.length - a.asked.length || b.decides.length - a.decides.length);
}

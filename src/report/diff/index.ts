import type { DiffReport } from './report.js';

/** Every format by its name; each is loaded only when it is asked for. */
export const DIFF_REPORTS: ReadonlyMap<string, () => Promise<DiffReport>> = new Map([
  ['text', async () => (await import('./text.js')).report],
  ['md', async () => (await import('./md.js')).report],
  ['json', async () => (await import('./json.js')).report],
]);

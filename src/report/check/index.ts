import type { CheckReport } from './report.js';

/** Every format by its name; each is loaded only when it is asked for. */
export const CHECK_REPORTS: ReadonlyMap<string, () => Promise<CheckReport>> = new Map([
  ['text', async () => (await import('./text.js')).report],
  ['json', async () => (await import('./json.js')).report],
  ['junit', async () => (await import('./junit.js')).report],
  ['sarif', async () => (await import('./sarif.js')).report],
]);

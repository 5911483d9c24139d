import type { FleetReport } from './report.js';

export type { FleetReport } from './report.js';

/** Every format of a fleet by its name; each is loaded only when it is asked for. */
export const FLEET_REPORTS: ReadonlyMap<string, () => Promise<FleetReport>> = new Map<string, () => Promise<FleetReport>>([
  ['text', async () => (await import('./text.js')).report],
  ['md', async () => (await import('./md.js')).report],
  ['html', async () => (await import('./html.js')).report],
  ['json', async () => (await import('./json.js')).report],
  ['sarif', async () => (await import('./sarif.js')).report],
  ['junit', async () => (await import('./junit.js')).report],
  ['gitlab', async () => (await import('./gitlab.js')).report],
  ['github', async () => (await import('./github.js')).report],
]);

/** Formats whose pieces are written host by host: the report of each is kept whole and joined. */
export const BY_PIECES: readonly string[] = ['sarif', 'junit', 'gitlab', 'github'];

import type { FlowsReport } from './report.js';

/** Every format by its name; each is loaded only when it is asked for. */
export const FLOWS_REPORTS: ReadonlyMap<string, () => Promise<FlowsReport>> = new Map([
  ['text', async () => (await import('./text.js')).report],
  ['json', async () => (await import('./json.js')).report],
  ['md', async () => (await import('./md.js')).report],
  ['csv', async () => (await import('./csv.js')).report],
]);
export type { FlowsReport } from './report.js';

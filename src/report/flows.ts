import type { FlowsReport } from './flows-report.js';

/** Every format by its name; each is loaded only when it is asked for. */
export const FLOWS_REPORTS: ReadonlyMap<string, () => Promise<FlowsReport>> = new Map([
  ['text', async () => (await import('./flows-text.js')).report],
  ['json', async () => (await import('./flows-json.js')).report],
  ['md', async () => (await import('./flows-md.js')).report],
  ['csv', async () => (await import('./flows-csv.js')).report],
]);

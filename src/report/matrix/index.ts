import type { MatrixReport } from './report.js';

/** Every format by its name; each is loaded only when it is asked for. */
export const MATRIX_REPORTS: ReadonlyMap<string, () => Promise<MatrixReport>> = new Map([
  ['text', async () => (await import('./text.js')).report],
  ['md', async () => (await import('./md.js')).report],
  ['html', async () => (await import('./html.js')).report],
  ['json', async () => (await import('./json.js')).report],
  ['csv', async () => (await import('./csv.js')).report],
]);

import type { ReachDiff } from '../../model/reachability.js';
import type { ReportOptions } from '../report.js';

/** One format of a difference: a pure function. */
export interface DiffReport {
  readonly render: (diff: ReachDiff, options: ReportOptions) => string;
}

/** Every format by its name; each is loaded only when it is asked for. */
export const DIFF_REPORTS: ReadonlyMap<string, () => Promise<DiffReport>> = new Map([
  ['text', async () => (await import('./text.js')).report],
  ['md', async () => (await import('./md.js')).report],
  ['json', async () => (await import('./json.js')).report],
]);

import type { PolicyResult } from '../../model/policy.js';
import type { ReportOptions } from '../report.js';

/** One format of a policy's result: a pure function. */
export interface CheckReport {
  readonly render: (result: PolicyResult, options: ReportOptions) => string;
}

/** Every format by its name; each is loaded only when it is asked for. */
export const CHECK_REPORTS: ReadonlyMap<string, () => Promise<CheckReport>> = new Map([
  ['text', async () => (await import('./text.js')).report],
  ['json', async () => (await import('./json.js')).report],
  ['junit', async () => (await import('./junit.js')).report],
  ['sarif', async () => (await import('./sarif.js')).report],
]);

import type { AuditReport } from './report.js';

export type { AuditReport, AuditReportOptions } from './report.js';

/** Every audit format by its name; each is loaded only when it is asked for. */
export const AUDIT_REPORTS: ReadonlyMap<string, () => Promise<AuditReport>> = new Map<string, () => Promise<AuditReport>>([
  ['text', async () => (await import('./text.js')).report],
  ['md', async () => (await import('./md.js')).report],
  ['html', async () => (await import('./html.js')).report],
  ['json', async () => (await import('./json.js')).report],
  ['sarif', async () => (await import('./sarif.js')).report],
  ['junit', async () => (await import('./junit.js')).report],
  ['gitlab', async () => (await import('./gitlab.js')).report],
  ['prom', async () => (await import('./prom.js')).report],
  ['github', async () => (await import('./github.js')).report],
]);

/** Formats by the ending of a file's name, for `-o` without `--format`. */
export const FORMAT_OF_ENDING: ReadonlyMap<string, string> = new Map([
  ['.txt', 'text'],
  ['.md', 'md'],
  ['.html', 'html'],
  ['.htm', 'html'],
  ['.json', 'json'],
  ['.sarif', 'sarif'],
  ['.xml', 'junit'],
  ['.prom', 'prom'],
]);
export { asks, wayLine } from './words.js';

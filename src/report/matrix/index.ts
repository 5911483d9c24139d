import type { Matrix } from '../../model/reachability.js';
import type { ReportOptions } from '../report.js';

/** One format of a matrix: a pure function. */
export interface MatrixReport {
  /** Gives the text, in pieces where it may be long. */
  readonly render: (matrix: Matrix, options: ReportOptions) => Iterable<string>;
}

/** Every format by its name; each is loaded only when it is asked for. */
export const MATRIX_REPORTS: ReadonlyMap<string, () => Promise<MatrixReport>> = new Map([
  ['text', async () => (await import('./text.js')).report],
  ['md', async () => (await import('./md.js')).report],
  ['html', async () => (await import('./html.js')).report],
  ['json', async () => (await import('./json.js')).report],
  ['csv', async () => (await import('./csv.js')).report],
]);

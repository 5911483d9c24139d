import type { MatrixReport } from './index.js';

/** The matrix as it stands: `cells[source][service]` is an index into `results`. */
export const report: MatrixReport = { render: (matrix) => `${JSON.stringify(matrix, undefined, 1)}\n` };

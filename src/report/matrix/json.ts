import { inertJson } from '../inert-json.js';
import type { MatrixReport } from './index.js';

/** The matrix as it stands: `cells[source][service]` is an index into `results`. */
export const report: MatrixReport = { render: (matrix) => `${inertJson(matrix, 1)}\n` };

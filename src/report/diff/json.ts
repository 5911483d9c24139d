import { inertJson } from '../inert-json.js';
import type { DiffReport } from './report.js';

export const report: DiffReport = { render: (diff) => `${inertJson(diff, 2)}\n` };

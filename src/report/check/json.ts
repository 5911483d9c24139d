import { inertJson } from '../inert-json.js';
import type { CheckReport } from './report.js';

export const report: CheckReport = { render: (result) => `${inertJson(result, 2)}\n` };

import { inertJson } from '../inert-json.js';
import type { CheckReport } from './index.js';

export const report: CheckReport = { render: (result) => `${inertJson(result, 2)}\n` };

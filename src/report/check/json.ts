import type { CheckReport } from './index.js';

export const report: CheckReport = { render: (result) => `${JSON.stringify(result, undefined, 2)}\n` };

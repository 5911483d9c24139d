import type { DiffReport } from './index.js';

export const report: DiffReport = { render: (diff) => `${JSON.stringify(diff, undefined, 2)}\n` };

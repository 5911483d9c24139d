import { defineConfig } from 'vitest/config';

// every file is told the same seed
const seed = process.env['SETS_SEED'] ?? String(Math.floor(Math.random() * 1e9));
process.stdout.write(`SETS_SEED=${seed}\n`);

export default defineConfig({
  test: {
    include: ['test/**/*.sets.ts'],
    disableConsoleIntercept: true,
    env: { SETS_SEED: seed },
    maxWorkers: Number(process.env['SETS_WORKERS'] ?? 2),
    passWithNoTests: true,
  },
});

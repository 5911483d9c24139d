import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/kernel/**/*.kernel.ts'], fileParallelism: false, disableConsoleIntercept: true, testTimeout: 60_000 },
});

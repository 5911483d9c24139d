import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/**/*.sets.ts'], fileParallelism: false, disableConsoleIntercept: true },
});

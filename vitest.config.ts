import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // every core: left to itself, vitest spares one, which is half of a small machine
    maxWorkers: '100%',
    // many walks a test: slow machines, and runs that count what they cover, get the time they need
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'html'],
      reportOnFailure: true,
      // what tests that start the built program run of it is not counted, nor what test:kernel runs
      thresholds: { statements: 83, branches: 76, functions: 83, lines: 85 },
    },
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // every core: left to itself, vitest spares one, which is half of a small machine
    maxWorkers: '100%',
    // files share the modules that they load: no test mocks one, and loading them anew for each file was a third of the suite's time
    isolate: false,
    // only what hangs is ended: no test may fail because a machine is busy
    testTimeout: 600_000,
    hookTimeout: 600_000,
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

import { defineConfig } from 'vitest/config';

// what takes long: a browser, other shells, compilers, gigabytes, programs that never end
export default defineConfig({
  test: {
    include: ['test/**/*.slow.ts'],
    maxWorkers: '100%',
    isolate: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});

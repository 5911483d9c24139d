import { describe, it } from 'vitest';
import { TARGETS } from './targets/index.js';

/** The same inputs on every run; `npm run fuzz` looks for new ones. */
const SEED = 20240607;

describe('fuzzing', () => {
  it.each(TARGETS.map((target) => [target.name, target] as const))('%s', async (_, target) => {
    await target.run(SEED, target.runs);
  });
});

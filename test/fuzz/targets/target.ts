import fc from 'fast-check';

/** One thing under fuzzing: inputs, and what must hold of each. */
export interface Target {
  readonly name: string;
  /** How long one input may take, in milliseconds; 5000 where nothing is said, which is long for a reader. */
  readonly patience?: number;
  /** How many inputs the test suite tries; `npm run fuzz` tries as many as it is told. */
  readonly runs: number;
  /** @throws with the smallest input that breaks what must hold. */
  readonly run: (seed: number, runs: number) => Promise<void>;
}

/** @returns a target; the property is made when it is first asked for, since its inputs are read from files. */
export function target<Ts>(name: string, runs: number, property: () => fc.IRawProperty<Ts>): Target {
  let made: fc.IRawProperty<Ts> | undefined;
  return {
    name,
    runs,
    run: async (seed, numRuns) => {
      made ??= property();
      await fc.assert(made, { seed, numRuns });
    },
  };
}

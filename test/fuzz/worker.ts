import { parentPort, workerData } from 'node:worker_threads';
import { TARGETS } from './targets/index.js';

/** What the runner asks of a worker: from one input of one target on, all that follow. */
export interface Job {
  readonly targets: readonly string[];
  readonly seed: number;
  readonly runs: number;
  readonly target: number;
  readonly input: number;
  /** Target and input at hand; -1 before the first. */
  readonly progress: Int32Array;
}

export interface Failure {
  readonly target: number;
  readonly input: number;
  readonly message: string;
}

// handed over by the runner beside this file
const job = workerData as Job;

/** The fault itself, and before the stack no more of the input than fits a screen. */
function told(error: unknown): string {
  return error instanceof Error
    ? `${error.message.slice(0, 1500)}\n${error.stack?.split('\n    at ').slice(1, 8).join('\n    at ') ?? ''}`
    : '';
}

async function attempt(target: number, input: number): Promise<void> {
  Atomics.store(job.progress, 1, input);
  Atomics.store(job.progress, 0, target);
  try {
    await TARGETS.find(({ name }) => name === job.targets[target])?.run(job.seed + input, 1);
  } catch (error) {
    const failure: Failure = { target, input, message: `${told(error instanceof Error ? error.cause : undefined)}\n${told(error)}` };
    parentPort?.postMessage(failure);
  }
}

for (let target = job.target; target < job.targets.length; target++)
  for (let input = target === job.target ? job.input : 0; input < job.runs; input++) await attempt(target, input);

import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { TARGETS } from './targets/index.js';
import type { Failure, Job } from './worker.js';

/** An input that keeps a reader busy for longer is a hang. */
const HANG_MS = 5000;
const patience = (target: number): number => TARGETS.find(({ name }) => name === targets[Math.max(0, target)])?.patience ?? HANG_MS;
const LOOK_EVERY_MS = 100;

interface Place {
  readonly target: number;
  readonly input: number;
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    runs: { type: 'string', default: '500' },
    only: { type: 'string', default: '' },
  },
});
const [seed, runs] = [Number(values.seed), Number(values.runs)];
const targets = TARGETS.map(({ name }) => name).filter((name) => name.includes(values.only));
let failures = 0;

function tell({ target, input, message }: Failure): void {
  failures++;
  const again = `npm run fuzz -- --only '${targets[target] ?? ''}' --seed ${seed + input} --runs 1`;
  process.stdout.write(`FAILED ${targets[target] ?? ''}: ${again}\n${message.slice(0, 6000)}\n\n`);
}

/** Runs inputs until the last one, a death of the worker or a hang. @returns the first place not yet tried, if any. */
function runFrom({ target, input }: Place): Promise<Place | undefined> {
  const progress = new Int32Array(new SharedArrayBuffer(8)).fill(-1);
  const job: Job = { targets, seed, runs, target, input, progress };
  const worker = new Worker(new URL('worker.js', import.meta.url), { workerData: job });
  const place = (): Place => ({ target: Atomics.load(progress, 0), input: Atomics.load(progress, 1) });
  return new Promise((resolve) => {
    let seen = place();
    let since = Date.now();
    const giveUp = (message: string): void => {
      clearInterval(watch);
      tell({ ...place(), message });
      resolve({ target: place().target, input: place().input + 1 });
    };
    const watch = setInterval(() => {
      const now = place();
      if (now.target > seen.target) process.stdout.write(`${targets[now.target] ?? ''}\n`);
      if (now.target !== seen.target || now.input !== seen.input || now.target < 0) [seen, since] = [now, Date.now()];
      const allowed = patience(now.target);
      if (Date.now() - since < allowed) return;
      void worker.terminate();
      giveUp(`no end after ${allowed} ms`);
    }, LOOK_EVERY_MS);
    worker.on('message', tell);
    worker.on('error', (error) => giveUp(`the worker died: ${String(error)}`));
    worker.on('exit', () => {
      clearInterval(watch);
      resolve(undefined);
    });
  });
}

process.stdout.write(`seed ${seed}, ${runs} inputs for each of ${targets.length} targets\n`);
for (let next: Place | undefined = { target: 0, input: 0 }; next;) next = await runFrom(next);
process.stdout.write(failures === 0 ? `all of them read or refused as they should be\n` : `${failures} failures\n`);
process.exitCode = failures > 0 ? 1 : 0;

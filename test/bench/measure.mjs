// Runs programs and tells how long they took and how much memory they came to hold.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** The largest resident size that the kernel has seen of a process, in MB; undefined once it is gone. */
function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return undefined;
  }
}

/** Runs a program once, what it prints going nowhere unless it is asked for. */
function once(command, args, keep) {
  return new Promise((resolve) => {
    const start = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', keep ? 'pipe' : 'ignore', 'pipe'] });
    let peak = 0;
    let [out, err] = ['', ''];
    child.stdout?.on('data', (text) => (out += text));
    child.stderr.on('data', (text) => (err = (err + text).slice(-2000)));
    const stop = () => child.kill();
    process.once('exit', stop);
    const watch = setInterval(() => (peak = Math.max(peak, peakOf(child.pid) ?? 0)), 2);
    child.on('error', (error) => (err = error.message));
    child.on('close', (status) => {
      clearInterval(watch);
      process.off('exit', stop);
      resolve({ seconds: (performance.now() - start) / 1000, peak, status, out, err });
    });
  });
}

/** @returns the median time and the largest memory of some runs; throws where the program fails. */
export async function run(command, args, { runs = 1, keep = false, accept = [0] } = {}) {
  const all = [];
  for (let i = 0; i < runs; i++) {
    const one = await once(command, args, keep);
    if (!accept.includes(one.status))
      throw new Error(`${command} ${args.slice(0, 3).join(' ')} … ended with ${one.status}: ${one.err.trim()}`);
    all.push(one);
  }
  return { seconds: median(all.map((r) => r.seconds)), peak: Math.max(...all.map((r) => r.peak)), out: all.at(-1).out };
}

/** Whether a program is there. */
export function has(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;
}

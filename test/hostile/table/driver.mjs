// Runs many command lines of the built program in one process, one after the other, and writes what each printed as a line of JSON.
// Beside it, whether the program ever started another: none of these commands may.
import { subscribe } from 'node:diagnostics_channel';
import { run } from '../../../dist/cli/run.js';

const started = [];
subscribe('child_process', ({ process: child }) => started.push(child.spawnfile));

/** Keeps what is written to a stream. @returns what was, and a way back. */
function kept(stream) {
  const { write } = stream;
  const chunks = [];
  stream.write = (chunk, encoding, done) => {
    chunks.push(Buffer.from(chunk));
    const callback = typeof encoding === 'function' ? encoding : done;
    if (callback) queueMicrotask(() => callback());
    return true;
  };
  return {
    text: () => Buffer.concat(chunks).toString(),
    restore: () => {
      stream.write = write;
    },
  };
}

async function told(argv) {
  const [out, err] = [kept(process.stdout), kept(process.stderr)];
  let crash;
  process.exitCode = undefined;
  try {
    await run(argv);
  } catch (error) {
    crash = String(error?.stack ?? error);
  } finally {
    out.restore();
    err.restore();
  }
  return { status: process.exitCode ?? 0, stdout: out.text(), stderr: err.text(), crash, started: started.splice(0) };
}

let input = '';
for await (const chunk of process.stdin) input += chunk;
for (const argv of JSON.parse(input)) process.stdout.write(`${JSON.stringify(await told(argv))}\n`);
process.stdout.write(`${JSON.stringify({ peakKiB: process.resourceUsage().maxRSS })}\n`);
process.exit(0);

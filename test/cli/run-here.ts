import { run } from '../../src/cli/run.js';
import { runStyle } from '../../src/commands/common/run-style.js';

export interface Told {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Takes what a stream is given in place of the stream. @returns what was taken so far, and how the stream becomes itself again. */
function taken(stream: NodeJS.WriteStream): { readonly text: () => string; readonly giveBack: () => void } {
  const pieces: string[] = [];
  const { write } = stream;
  const known = new Set(stream.listeners('error'));
  stream.write = (piece: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    pieces.push(typeof piece === 'string' ? piece : Buffer.from(piece).toString('utf8'));
    for (const done of rest) if (typeof done === 'function') process.nextTick(() => Reflect.apply(done, undefined, []) as unknown);
    return true;
  };
  return {
    text: () => pieces.join(''),
    giveBack: () => {
      stream.write = write;
      // the program listens until its process ends
      for (const one of stream.listeners('error')) if (!known.has(one)) stream.off('error', one as (error: Error) => void);
    },
  };
}

/** Runs the program in this process, which takes a tenth of the time that the built one takes to start; nothing may read standard input. */
export async function runHere(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Told> {
  const before = { env: process.env, code: process.exitCode };
  const [stdout, stderr] = [taken(process.stdout), taken(process.stderr)];
  process.env = { ...process.env, ...env };
  process.exitCode = 0;
  try {
    await run(words);
    return { status: Number(process.exitCode), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.env = before.env;
    process.exitCode = before.code;
    Object.assign(runStyle, { ascii: false, quiet: false });
    stdout.giveBack();
    stderr.giveBack();
  }
}

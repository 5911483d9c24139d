#!/usr/bin/env node
import { bundled, type Run } from './cli-bundle.js';

/** Whether a command line asks for a trace, the default command: then nothing of the others has to be loaded. */
function tracesOnly([first]: readonly string[]): boolean {
  return first === 'trace' || (first !== undefined && first.startsWith('-') && first !== '-h' && first !== '--help');
}

async function programFor(argv: readonly string[]): Promise<Run> {
  if (tracesOnly(argv)) return bundled('trace') ?? (await import('./cli-trace.js')).run;
  const [command] = argv;
  const own = command === 'flows' || command === 'matrix' ? bundled(command) : undefined;
  return own ?? (await import('./cli-all.js')).run;
}

const argv = process.argv.slice(2);
await (
  await programFor(argv)
)(argv);

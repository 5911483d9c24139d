import { runProgram } from './cli-program.js';
import { registerTrace } from './commands/trace.js';
// what every trace of a folder comes to load is named here, so that the bundle holds it in one file
import './datapath/index.js';
import './report/text.js';
import './snapshot/load.js';

/** Runs the program with the default command alone. */
export async function run(argv: readonly string[]): Promise<void> {
  await runProgram(argv, [registerTrace]);
}

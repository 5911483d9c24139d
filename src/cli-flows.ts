import { runProgram } from './cli-program.js';
import { registerFlows } from './commands/flows.js';
// what the flows of every capture come to load is named here, so that the bundle holds it in one file
import './capture/flows/build.js';
import './commands/shared/captures.js';
import './report/flows-text.js';

/** Runs the program with `flows` alone. */
export async function run(argv: readonly string[]): Promise<void> {
  await runProgram(argv, [registerFlows]);
}

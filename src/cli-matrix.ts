import { runProgram } from './cli-program.js';
import { registerMatrix } from './commands/matrix.js';
// what every matrix comes to load is named here, so that the bundle holds it in one file
import './datapath/index.js';
import './reachability/matrix.js';
import './report/matrix/json.js';
import './report/matrix/text.js';
import './snapshot/load.js';

/** Runs the program with `matrix` alone. */
export async function run(argv: readonly string[]): Promise<void> {
  await runProgram(argv, [registerMatrix]);
}

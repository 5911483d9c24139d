import { commandOf } from './command-of.js';
import { runProgram, type Register } from './program.js';
import { COMMANDS, type CommandEntry } from './registry.js';

/** Commands that tell of all the others. */
const LISTING = new Set(['completion', 'manual-page']);

/** @returns the commands that `argv` needs: the one it names, or all of them for the help. */
function wanted(argv: readonly string[]): readonly CommandEntry[] {
  const command = commandOf(argv);
  const named = LISTING.has(command) ? undefined : COMMANDS.find(({ name }) => name === command);
  return named === undefined ? COMMANDS : [named];
}

/** Runs the program with the command that is asked for. */
export async function run(argv: readonly string[]): Promise<void> {
  const commands: Register[] = [];
  for (const { load } of wanted(argv)) commands.push(await load());
  await runProgram(argv, commands);
}

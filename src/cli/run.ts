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

/** What somebody reads who types the name alone. */
const FIRST_STEPS = `dtrace-path: the path of a packet through a Docker host, rule for rule

  dtrace-path host.tgz web db:5432            does web reach db, and what stops it
  dtrace-path audit host.tgz                  what is open that should not be
  dtrace-path matrix host.tgz                 who reaches what

host.tgz: what \`dtrace-path collect\` writes on a host, a support bundle, or a file of pasted listings.
On a Docker host itself, as root, leave it out. dtrace-path --help lists all commands.
`;

/** Runs the program with the command that is asked for. */
export async function run(argv: readonly string[]): Promise<void> {
  if (argv.length === 0) {
    process.stdout.write(FIRST_STEPS);
    return;
  }
  if (argv[0] === 'complete-words') {
    // what the shell's completion asks: no command of its own, as its words are those of another
    const { completed } = await import('../commands/completion/asked.js');
    process.stdout.write((await completed(argv.slice(1))).map((one) => `${one}\n`).join(''));
    return;
  }
  const commands: Register[] = [];
  for (const { load } of wanted(argv)) commands.push(await load());
  await runProgram(argv, commands);
}

import { Command } from 'commander';
import { failureCode, quietOnClosedPipe } from '../commands/common/failure.js';
import { version } from '../commands/common/version.js';

/** Adds one command to the program. */
export type Register = (program: Command) => void;

const EXAMPLES = `
Examples:
  dtrace-path host.tgz web 8.8.8.8                        where does this packet go
  dtrace-path audit host.tgz -o report.html               what is open that should not be
  dtrace-path check policy.yaml host.tgz                  a gate for a pipeline
  dtrace-path help audit                                  the options and examples of a command`;

/**
 * Runs the program with these commands.
 * @param argv the words after the program's own name; a failure is told on stderr and sets the exit code.
 */
export async function runProgram(argv: readonly string[], commands: readonly Register[]): Promise<void> {
  quietOnClosedPipe();
  try {
    const program = new Command('dtrace-path')
      .description("The path of a packet through a Docker host, rule for rule, from the host's own command output.")
      .version(version(), '-V, --version')
      .addHelpText('after', EXAMPLES)
      .exitOverride()
      .showSuggestionAfterError();
    for (const register of commands) register(program);
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = failureCode(error, process.argv.includes('--debug'));
  }
}

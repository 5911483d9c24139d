import { Option } from 'commander';
import type { Command } from 'commander';

/** What `addPrintOptions` adds to a command's options. */
export interface PrintOptions {
  readonly format: string;
  readonly output?: string;
  readonly verbose?: boolean;
  readonly color: boolean;
}

/**
 * Adds how a report is printed: `--format`, `--output`, `--no-color`, and `--debug` for when there is none.
 * @param verbose what `--verbose` does, where the command has it.
 */
export function addPrintOptions(command: Command, formats: Iterable<string>, verbose?: string): Command {
  command
    .addOption(new Option('-f, --format <name>', 'how to print it').choices([...formats]).default('text'))
    .option('-o, --output <file>', 'write to a file, whole or not at all');
  if (verbose !== undefined) command.option('-v, --verbose', verbose);
  return command.option('--no-color', 'no colours (they are only used on a terminal)').option('--debug', 'show stack traces of failures');
}

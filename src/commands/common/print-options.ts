import { Option } from 'commander';
import type { Command } from 'commander';
import { formatFor } from './format-of.js';
import { runStyle } from './run-style.js';

/** What `addPrintOptions` adds to a command's options. */
export interface PrintOptions {
  readonly format: string;
  readonly output?: string;
  readonly verbose?: boolean;
  readonly color: boolean;
}

interface Wishes {
  readonly format?: string;
  readonly output?: string;
  readonly init?: boolean;
  readonly schema?: boolean;
}

/** The heading under which the help lists how a report is written. */
export const OUTPUT_GROUP = 'Output:';

/** Adds how anything is written: `--no-color`, `--ascii`, `--quiet`, and `--debug` for when there is nothing to write. */
export function addStyleOptions(command: Command): Command {
  return command
    .optionsGroup(OUTPUT_GROUP)
    .option('--no-color', 'no colours (they are only used on a terminal)')
    .option('--ascii', 'nothing but ASCII: arrows and lines in letters')
    .option('-q, --quiet', 'no progress, and no word on what was written')
    .option('--debug', 'show stack traces of failures')
    .hook('preAction', (_, acting) => {
      const options: Readonly<Record<string, unknown>> = acting.opts();
      runStyle.ascii = options['ascii'] === true;
      runStyle.quiet = options['quiet'] === true;
    });
}

/**
 * Adds how a report is printed: `--format`, `--output`, and what `addStyleOptions` adds.
 * @param verbose what `--verbose` does, where the command has it.
 */
export function addPrintOptions(command: Command, formats: Iterable<string>, verbose?: string): Command {
  const all = [...formats];
  command
    .optionsGroup(OUTPUT_GROUP)
    .addOption(new Option('-f, --format <name>', 'how to print it (default: what the ending of -o tells, else text)').choices(all))
    .option('-o, --output <file>', 'write to a file, whole or not at all; its ending tells the format')
    .hook('preAction', async (_, acting) => {
      const { format, output, init, schema }: Wishes = acting.opts();
      // a policy and a schema are what they are, whatever their file is called
      const path = init === true || schema === true ? undefined : output;
      acting.setOptionValue('format', await formatFor(format, path, all));
    });
  if (verbose !== undefined) command.option('-v, --verbose', verbose);
  return addStyleOptions(command);
}

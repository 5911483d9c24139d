import type { Command, Option } from 'commander';

import { ASKED_COMMANDS, ASKED_OPTIONS } from './asked.js';
import { FILES_GROUP } from '../common/snapshot-options.js';

/** What may follow an option or stand as an argument. */
export type CompletedValue =
  | { readonly kind: 'none' }
  | { readonly kind: 'file' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** The program is asked: names of the snapshot on the line, rules of the audit; with files where those may stand too. */
  | { readonly kind: 'asked'; readonly files: boolean }
  | { readonly kind: 'free' };

export interface OptionNode {
  /** `-f, --format <name>`. */
  readonly flags: string;
  readonly short?: string;
  readonly long?: string;
  readonly description: string;
  readonly value: CompletedValue;
}

export interface CommandNode {
  readonly name: string;
  /** `[options] <before> [after]`. */
  readonly usage: string;
  readonly description: string;
  readonly options: readonly OptionNode[];
  readonly arguments: CompletedValue;
  /** The text behind the help: examples. */
  readonly epilog: string;
}

const FILE = /<(?:file|path|dir|folder)>/;

function valueOf(option: Option): CompletedValue {
  if (!option.required && !option.optional) return { kind: 'none' };
  if (option.argChoices) return { kind: 'words', words: option.argChoices };
  if (ASKED_OPTIONS.has(option.long ?? '')) return { kind: 'asked', files: false };
  return FILE.test(option.flags) ? { kind: 'file' } : { kind: 'free' };
}

function optionNode(option: Option): OptionNode {
  const { flags, short, long, description } = option;
  const choices = option.argChoices ? ` (${option.argChoices.join(', ')})` : '';
  return {
    flags,
    ...(short !== undefined && { short }),
    ...(long !== undefined && { long }),
    description: `${description}${choices}`,
    value: valueOf(option),
  };
}

/** What commander prints behind the help; it is told only to those that listen. */
function epilogOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => void (text += part) });
  command.outputHelp();
  return text.slice(command.helpInformation().length).trim();
}

function commandNode(command: Command): CommandNode {
  const options = [...command.options.filter((option) => !option.hidden || option.helpGroupHeading === FILES_GROUP).map(optionNode)];
  const words = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  const usage = command.usage();
  return {
    name: command.name(),
    usage,
    description: command.description(),
    options: [
      ...options,
      { flags: '-h, --help', short: '-h', long: '--help', description: 'show the help of the command', value: { kind: 'none' } },
    ],
    arguments: ASKED_COMMANDS.has(command.name())
      ? { kind: 'asked', files: true }
      : words.length > 0
        ? { kind: 'words', words }
        : command.registeredArguments.length > 0
          ? { kind: 'file' }
          : { kind: 'free' },
    epilog: epilogOf(command),
  };
}

/** @returns the commands of a program as plain data: what completions and the manual page are made of. */
export function commandTree(program: Command): readonly CommandNode[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help')
    .map(commandNode);
}

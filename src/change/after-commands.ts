import { printCommand } from '../command/index.js';
import type { Command } from '../model/command.js';
import type { Host } from '../model/host.js';
import { WhatIfError } from './change.js';
import { whatIf } from './what-if.js';

/**
 * The host on which a remedy is tried: what `--what-if` makes of its commands as they are printed.
 * @returns undefined where one of them would fail, or is to be done by hand.
 */
export function afterCommands(host: Host, commands: readonly Command[]): Host | undefined {
  if (commands.some(({ words }) => words.length === 0)) return undefined;
  try {
    return whatIf(
      host,
      commands.map(({ words }) => printCommand({ words })),
    );
  } catch (error) {
    if (error instanceof WhatIfError) return undefined;
    throw error;
  }
}

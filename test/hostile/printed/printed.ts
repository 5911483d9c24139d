import type { Machine } from '../../../src/datapath/index.js';
import type { Command } from '../../../src/model/command.js';

/** What is printed of a snapshot. */
export interface Printed {
  /** Texts by what printed them: `trace md from web`; the second word is the format. */
  readonly texts: ReadonlyMap<string, string>;
  /** Commands among them, to be pasted. */
  readonly commands: readonly Command[];
}

/** Where texts and commands are put as they are printed. */
export interface Sink {
  text(what: string, text: string): void;
  commands(commands: readonly Command[]): void;
}

/** Prints one command's part of what can be said of a host. */
export type Printer = (machine: Machine, sink: Sink) => Promise<void>;

/** @returns what was asked for; undefined where it was refused. @throws faults of the program alone. */
export function asked<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    return undefined;
  }
}

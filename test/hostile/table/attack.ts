import type { COMMAND_NAMES } from '../../../src/commands/names.js';

export type CommandName = (typeof COMMAND_NAMES)[number];

/** What the commands are given, each a path that is there. */
export interface Given {
  /** What stands as the snapshot. */
  readonly snapshot: string;
  readonly policy: string;
  readonly rules: string;
  readonly config: string;
  readonly flows: string;
  readonly pcap: string;
  readonly compose: string;
  /** A folder that commands may write into. */
  readonly out: string;
}

/** What an attack puts in the place of what is given usually; a snapshot above all. */
export type Poisoned = Partial<Omit<Given, 'out'>>;

/** One way in which what is given may harm who reads it. */
export interface Attack {
  readonly name: string;
  /** Writes what is given into a folder of its own. */
  readonly make: (folder: string) => Poisoned | Promise<Poisoned>;
  /** What every command that reads it must say; absent where it is read, and what cannot be is told. */
  readonly refused?: RegExp;
  /** Words that nothing may print or write: passwords. */
  readonly secrets?: readonly string[];
  /** Commands that read what is poisoned; absent where all of them do. */
  readonly readBy?: readonly CommandName[];
  /** What `explain` is asked beside what every host has. */
  readonly names?: readonly string[];
}

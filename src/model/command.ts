/** A word of a command: itself, or what another command prints (`"$(docker inspect …)"`). */
export type CommandWord = string | { readonly output: readonly string[] };

/**
 * A command for a person to paste, as the words that the program is to be given. It becomes text in one place (`src/command`), which quotes every
 * word; whoever makes a command says words, never text.
 */
export interface Command {
  /** Empty where there is nothing to run: the remark says what to do by hand. */
  readonly words: readonly CommandWord[];
  /** Written after `#`; on one line, whatever it holds. */
  readonly remark?: string;
}

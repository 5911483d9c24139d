/** What a command is made of. Each word reaches the program as one, or the command is not written at all. */
export type CommandWords = readonly string[];

/** A word, or words that stand side by side. */
type Value = string | number | CommandWords;

/**
 * A command as words: blanks between literals part them, and a value is one word or a part of one, whatever it holds;
 * a list is as many words as it has.
 */
export function words(literals: TemplateStringsArray, ...values: readonly Value[]): CommandWords {
  const made: string[] = [];
  let open = false;
  const append = (text: string): void => {
    if (open) made[made.length - 1] += text;
    else made.push(text);
    open = true;
  };
  literals.forEach((literal, i) => {
    literal.split(/( +)/).forEach((part) => {
      if (part.startsWith(' ')) open = false;
      else if (part !== '') append(part);
    });
    const value = values[i];
    if (typeof value === 'string' || typeof value === 'number') append(String(value));
    else if (value !== undefined) {
      made.push(...value);
      open = false;
    }
  });
  return made;
}

/** A line that a writer of this room has made. */
declare const written: unique symbol;
export type WrittenLine = string & { readonly [written]: true };

/** A line, or why it cannot be written. */
export type Writing = { readonly line: WrittenLine } | { readonly fault: string };

/** Only the writers of this room call it. */
export function writtenLine(text: string): WrittenLine {
  // the brand has no value: it says which functions a line went through
  return text as WrittenLine;
}

/** Blanks of any script, control characters, and what a decoder puts in the place of bytes that are no text. */
const UNWRITABLE = /[\s\p{Cc}\ufffd]/u;

/** @returns what keeps a word from being written without quotes for any program: blanks and control characters, or nothing to write at all. */
export function bareFault(word: string): string | undefined {
  if (word === '') return 'a word of it is empty';
  return UNWRITABLE.test(word) ? 'a word of it holds a blank or a control character' : undefined;
}

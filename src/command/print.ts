import type { Command, CommandWord } from '../model/command.js';
import { quoteWord } from './quote.js';
import { isInert, visible } from './visible.js';

function printWord(word: CommandWord): string {
  return typeof word === 'string' ? quoteWord(word) : `"$(${word.output.map(quoteWord).join(' ')})"`;
}

function holdsControls(word: CommandWord): boolean {
  return typeof word === 'string' ? !isInert(word) : !word.output.every(isInert);
}

/** @returns words as a shell reads them back, for a line that is not a command of its own; those with control characters have them written out. */
export function printWords(words: readonly CommandWord[]): string {
  return words.map((word) => visible(printWord(word))).join(' ');
}

/**
 * The one place where words become a command to paste. One line always; every word is quoted. A command of which a word holds a line feed or
 * another control character is written as a remark, in which they are written out: it could be pasted nowhere as it is.
 */
export function printCommand({ words, remark }: Command): string {
  const said = remark === undefined ? '' : `# ${visible(remark)}`;
  if (words.length === 0) return said;
  const text = printWords(words);
  if (words.some(holdsControls)) return `# not to be pasted, a word of it holds control characters: ${text}`;
  return said === '' ? text : `${text} ${said}`;
}

/** @returns several commands as text, each on a line of its own. */
export function printCommands(commands: readonly Command[]): readonly string[] {
  return commands.map(printCommand);
}

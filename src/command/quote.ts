import { withoutInstructions } from './visible.js';

/**
 * What no shell gives a meaning to, wherever in a word it stands; `=` means something to some at its beginning. A lone `!` has one only as the
 * first word of a command, which is always a program's name here.
 */
const PLAIN = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/;

/**
 * @returns a word that a POSIX shell and bash take as that one word, whatever it holds: within single quotes nothing has a meaning but their end
 *   (POSIX, Shell Command Language, 2.2.2), not even bash's `!`.
 */
export function quoteWord(word: string): string {
  if (PLAIN.test(word) || word === '!') return word;
  // parted within the quotes, which changes nothing of the word: a log of a build would take the two for an instruction
  return `'${withoutInstructions(word.replaceAll("'", "'\\''"), "#''")}'`;
}

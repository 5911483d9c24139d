import { existsSync } from 'node:fs';

/** Words of a command line that stand without an option. */
export interface BareWords {
  /** Files and folders, `-` for standard input. */
  readonly files: readonly string[];
  /** Names of ends: `web`, `db:5432`. */
  readonly ends: readonly string[];
}

/** Whether a word is a path: `-`, or something that is there, or written as only paths are. */
function isPath(word: string): boolean {
  return word === '-' || /^[.~]{0,2}\/|\.(?:txt|log|out|json|tar|tgz|gz|xz|zst|zip|md)$/i.test(word) || existsSync(word);
}

/** @returns which of the words are files, and which are ends of a flow. */
export function bareWords(words: readonly string[]): BareWords {
  return { files: words.filter(isPath), ends: words.filter((word) => !isPath(word)) };
}

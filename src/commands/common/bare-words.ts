import { existsSync, statSync } from 'node:fs';

/** Words of a command line that stand without an option. */
export interface BareWords {
  /** Files and folders, `-` for standard input. */
  readonly files: readonly string[];
  /** Names of ends or of what is to be explained: `web`, `db:5432`. */
  readonly names: readonly string[];
}

/** Written as only paths are. */
const WRITTEN_AS_PATH = /^-$|^[.~]{0,2}\/|\.(?:txt|log|out|json|tar|tgz|gz|xz|zst|zip|md)$/i;
/** A rule, by its file and line. */
const LINE = /:\d+$/;

/**
 * Whether a word is a path: `-`, something that is there, or written as only paths are. Where the host is named already, a folder
 * that is called by a plain word is not: people who stand where their Compose file lies have folders called as their services are.
 */
function isPath(word: string, named: boolean): boolean {
  if (WRITTEN_AS_PATH.test(word) && !LINE.test(word)) return true;
  if (!existsSync(word)) return false;
  return !named || !/^[\w-]+$/.test(word) || !statSync(word).isDirectory();
}

/**
 * @param named whether an option names the host.
 * @returns which of the words are files, and which are names.
 */
export function bareWords(words: readonly string[], named: boolean): BareWords {
  return words.reduce<BareWords>(
    ({ files, names }, word) =>
      isPath(word, named || files.length > 0) ? { files: [...files, word], names } : { files, names: [...names, word] },
    { files: [], names: [] },
  );
}

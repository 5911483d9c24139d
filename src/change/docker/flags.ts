/** A word of docker's command line: `--flag`, `--flag=value`, `-f`, or an argument. */
export interface FlagWord {
  readonly flag: string;
  /** What stands behind `=`; undefined where the value, if it has one, is the next word. */
  readonly value?: string;
}

/** @returns a word, taken apart as pflag does: only long options have their value behind `=`. */
export function flagWord(word: string): FlagWord {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  return equals < 0 ? { flag: word } : { flag: word.slice(0, equals), value: word.slice(equals + 1) };
}

import { bareFault, writtenLine, type CommandWords, type Writing } from './words.js';

/**
 * What the readers of `ip -batch` and `ipset restore` do not take for a part of a word: quotes, the sign of a comment, the
 * one that joins lines (getcmdline and makeargs of iproute2, build_argv of ipset).
 */
const ACTIVE = /["'#\\]/;

function faultOf(word: string): string | undefined {
  if (ACTIVE.test(word)) return 'a word of it holds a quote, # or \\';
  // no command of ours has options: such a word came from the snapshot
  return word.startsWith('-') ? 'a word of it begins with -, as an option does' : bareFault(word);
}

/** @returns one line of `ip -batch`, `bridge -batch` or `ipset restore`, in which every word is the one that was given. */
export function batchLine(words: CommandWords): Writing {
  const fault = words.map(faultOf).find((found) => found !== undefined);
  if (fault !== undefined) return { fault };
  return words.length === 0 ? { fault: 'it has no words' } : { line: writtenLine(words.join(' ')) };
}

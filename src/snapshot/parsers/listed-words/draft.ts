/** What of a listed rule's words has been turned back into options. */
export interface OptionDraft {
  /** `-m tcp --dport 80`, before the target. */
  readonly matches: string[];
  /** `--to-destination 1.2.3.4:80`, behind the target. */
  readonly target: string[];
  /** Words that no iptables-save option is known for. */
  readonly unknown: string[];
}

/** Reads a phrase that begins at a word. @returns how many words it is of; 0 where it is not understood. */
export type Reader = (words: readonly string[], at: number, draft: OptionDraft, target: string) => number;

/** Takes `count` words as read. */
export function taken(count: number, apply: () => void): number {
  apply();
  return count;
}

/** @returns a word of iptables-save, quoted where it must be. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * @returns the text in quotes that begins at a word, and how many words it is of; undefined where it does not end. What stands
 * between may hold quotes too: nothing in a listing escapes them, and whoever calls this has made sure that there are two.
 */
export function quotedText(words: readonly string[], at: number): { readonly text: string; readonly count: number } | undefined {
  if (!words[at]?.startsWith('"')) return undefined;
  for (let end = at; end < words.length; end++) {
    const word = words[end] ?? '';
    if (word.endsWith('"') && (end > at || word.length > 1))
      return {
        text: words
          .slice(at, end + 1)
          .join(' ')
          .slice(1, -1),
        count: end - at + 1,
      };
  }
  return undefined;
}

/** @returns a value without the `!` before it, and whether it had one. */
export function negation(value: string): { readonly value: string; readonly bang: readonly string[] } {
  return value.startsWith('!') ? { value: value.slice(1), bang: ['!'] } : { value, bang: [] };
}

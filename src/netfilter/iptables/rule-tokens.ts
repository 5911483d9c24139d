/** A word of a rule line. `quoted` words are values, whatever they look like. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

const SPACE = 32;
const TAB = 9;
const QUOTE = 34;
const BACKSLASH = 92;

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Reads a word that holds quotes or is one: the closing quote ends it, a backslash inside takes the next character as it is. */
function quotedWord(line: string, from: number): { text: string; end: number; closed: boolean } {
  let text = '';
  let open = false;
  for (let i = from; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (open && code === BACKSLASH && i + 1 < line.length) text += line[++i];
    else if (code === QUOTE) {
      if (open) return { text, end: i + 1, closed: true };
      open = true;
    } else if (!open && isSpace(code)) return { text, end: i, closed: true };
    else text += line[i];
  }
  return { text, end: line.length, closed: !open };
}

/**
 * Splits a rule line into words as iptables-restore does (add_param_to_argv).
 * @returns the words, and whether every quote was closed.
 */
export function tokenize(line: string): { readonly tokens: Token[]; readonly closed: boolean } {
  const tokens: Token[] = [];
  let closed = true;
  for (let i = 0; i < line.length;) {
    if (isSpace(line.charCodeAt(i))) {
      i++;
      continue;
    }
    let end = i;
    while (end < line.length && !isSpace(line.charCodeAt(end)) && line.charCodeAt(end) !== QUOTE) end++;
    if (line.charCodeAt(end) === QUOTE) {
      const word = quotedWord(line, i);
      tokens.push({ text: word.text, quoted: true });
      closed &&= word.closed;
      end = word.end;
    } else tokens.push({ text: line.slice(i, end), quoted: false });
    i = end;
  }
  return { tokens, closed };
}

const DASH = 45;

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** @returns whether a word starts an option: one or two dashes and a letter. */
export function startsOption(token: Token | undefined): boolean {
  if (token === undefined || token.quoted || token.text.charCodeAt(0) !== DASH) return false;
  const second = token.text.charCodeAt(1);
  return isLetter(second === DASH ? token.text.charCodeAt(2) : second);
}

import { SnapshotError } from '../error.js';

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;
/** No listing nests deeper; what does would overflow whoever walks it. */
const DEEPEST = 200;

/**
 * Goes over a JSON text once, without keeping anything but where the entries of its list begin.
 * @returns the line of each entry of the list that the outermost object or list holds, and how many there are.
 * @throws SnapshotError where it nests too deep.
 */
export function linesOfEntries(text: string, file: string): { readonly lineOf: (index: number) => number; readonly entries: number } {
  const lines: number[] = [];
  let [depth, line, inText] = [0, 1, false];
  const level = text.trimStart().startsWith('[') ? 1 : 2;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === NEWLINE) line++;
    if (inText) {
      if (c === BACKSLASH) i++;
      else if (c === QUOTE) inText = false;
    } else if (c === QUOTE) inText = true;
    // the codes of `{`, `[` and their ends
    else if (c === 123 || c === 91) {
      if (depth === level && c === 123) lines.push(line);
      if (++depth > DEEPEST)
        throw new SnapshotError(
          `not valid JSON: nested deeper than ${DEEPEST} levels`,
          file,
          line,
          'Take the listing again; the file may be another',
        );
    } else if (c === 125 || c === 93) depth--;
  }
  return { lineOf: (index) => lines[index] ?? line, entries: lines.length };
}

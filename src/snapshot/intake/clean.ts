import type { NumberedLine } from './piece.js';
import { undressed, withoutPrefix } from './undress.js';

/** Escape sequences of terminals: colours, cursor movements, titles (ECMA-48 5.4 and 8.3.89). */
const ESCAPES =
  /\u001b(?:\[[\u0030-\u003f]*[\u0020-\u002f]*[\u0040-\u007e]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[\u0020-\u002f]*[\u0030-\u007e])/g;
const BLANKS = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g;
const NOTHING = /[\0\u0007\u000e\u000f\u200b\u2060\ufeff]/g;
const QUOTE = /^[ \t]*(?:>[ \t]?)+/;

/** The last of what a carriage return let overwrite one another in a line. */
function overwritten(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end--;
  return line.slice(line.lastIndexOf('\r', end - 1) + 1, end);
}

/** So many lines in a row that begin with a quotation mark are quoted, though what stands around them is not. */
const FEWEST_QUOTED = 4;
/** A shell that waits for the end of a here document prints `>` before each of its lines. */
const HERE_DOCUMENT = /<<-?\s*["']?\w+["']?\s*$/;

/** Lines without the quotation marks of the parts that are quoted, each of them longer than a few lines. */
function unquotedBlocks(lines: readonly string[]): readonly string[] {
  const plain = [...lines];
  for (let at = 0; at < lines.length; at++) {
    let end = at;
    while (end < lines.length && QUOTE.test(lines[end] ?? '')) end++;
    if (end - at >= FEWEST_QUOTED && !HERE_DOCUMENT.test(lines[at - 1] ?? ''))
      for (let i = at; i < end; i++) plain[i] = (lines[i] ?? '').replace(QUOTE, '');
    at = end;
  }
  return plain;
}

/** @returns whether lines are quoted as mail and forums quote: more than a lone `>`, which a shell prints as its second prompt. */
function isQuoted(lines: readonly string[]): boolean {
  const written = lines.filter((line) => line.trim() !== '');
  const quoted = written.filter((line) => QUOTE.test(line)).length;
  return quoted >= 2 && quoted * 4 >= written.length;
}

/**
 * Undoes what terminals, mail programs, pages and log viewers do to text: colours, no-break spaces, carriage returns, quotation marks, prefixes.
 * @returns the lines with the numbers that they have in the file.
 */
export function cleanLines(text: string): readonly NumberedLine[] {
  const plain = undressed(text.includes('\u001b') ? text.replace(ESCAPES, '') : text);
  const lines = plain.split('\n').map((line) => overwritten(line).replace(BLANKS, ' ').replace(NOTHING, ''));
  if (lines.at(-1) === '') lines.pop();
  const unquoted = isQuoted(lines) ? lines.map((line) => line.replace(QUOTE, '')) : unquotedBlocks(lines);
  return withoutPrefix(unquoted).map((line, i) => ({ text: line, number: i + 1 }));
}

/** @returns lines without the blanks that all of them begin with, as pages indent code. */
export function dedented(lines: readonly NumberedLine[]): readonly NumberedLine[] {
  let common = Infinity;
  for (const { text } of lines) if (text.trim() !== '') common = Math.min(common, text.length - text.trimStart().length);
  if (common === 0 || common === Infinity) return lines;
  return lines.map(({ text, number }) => ({ text: text.slice(common), number }));
}

/** What Markdown indents at least where it holds code without a fence. */
const CODE = /^(?: {4}|\t)/;

/**
 * @param begins whether a line can be the first of a listing.
 * @returns lines without the indentation that Markdown gives to code: of blocks behind a blank line that begin as a listing does, while what
 * people wrote around them is not indented.
 */
export function withoutCodeIndent(lines: readonly NumberedLine[], begins: (line: string) => boolean): readonly NumberedLine[] {
  const plain = [...lines];
  for (let at = 0; at < lines.length; at++) {
    if ((lines[at - 1]?.text.trim() ?? '') !== '' || !CODE.test(lines[at]?.text ?? '')) continue;
    let end = at;
    while (end < lines.length && (CODE.test(lines[end]?.text ?? '') || lines[end]?.text.trim() === '')) end++;
    const block = dedented(lines.slice(at, end));
    if (begins(block[0]?.text ?? '')) for (const [i, line] of block.entries()) plain[at + i] = line;
    at = end - 1;
  }
  return plain;
}

import type { Origin, Problem } from '../../model/origin.js';

/** What a parser hands back: what it read, and every line it did not understand. */
export interface Parsed<T> {
  readonly data: T;
  readonly problems: readonly Problem[];
}

const LONGEST_QUOTE = 160;

/** Collects the problems of one file. */
export class ProblemList {
  readonly list: Problem[] = [];

  constructor(readonly file: string) {}

  /** Notes that `text` in `line` was not understood. */
  add(line: number, text: string, message: string): void {
    const trimmed = text.trim();
    const shown = trimmed.length > LONGEST_QUOTE ? `${trimmed.slice(0, LONGEST_QUOTE)}…` : trimmed;
    this.list.push({ origin: this.at(line), text: shown, message });
  }

  at(line: number): Origin {
    return { file: this.file, line };
  }
}

/** One line of text, without its line end. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

/** @returns the lines of a file that are not blank, with their numbers. */
export function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .map((line, index) => ({ text: line.endsWith('\r') ? line.slice(0, -1) : line, number: index + 1 }))
    .filter((line) => line.text.trim() !== '');
}

/** @returns the words of a line. */
export function wordsOf(line: string): string[] {
  const trimmed = line.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/);
}

/** @returns whether a listing is JSON, told by its content. */
export function looksLikeJson(text: string): boolean {
  return /^\uFEFF?\s*[[{]/.test(text);
}

/** @returns the number an unsigned decimal, or `0x` hexadecimal, stands for. */
export function parseUint(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^(?:\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text) ? Number(text) : undefined;
}

/** @returns a MAC address in lower case, or undefined where the text is none. */
export function parseMac(text: string | undefined): string | undefined {
  return text !== undefined && /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text) ? text.toLowerCase() : undefined;
}

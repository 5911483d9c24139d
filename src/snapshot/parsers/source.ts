import type { Unshown } from '../../model/listing.js';
import type { Origin, Problem } from '../../model/origin.js';
import { refusal, type NameKind } from '../../names/index.js';
import { quotable, toldOf } from '../../secrets/index.js';
import { SnapshotError } from '../error.js';

/** What a parser hands back: what it read, and every line it did not understand. */
export interface Parsed<T> {
  readonly data: T;
  readonly problems: readonly Problem[];
  /** What this form of the listing leaves out, each in a sentence: the listing is known in part. */
  readonly leavesOut?: readonly LeftOut[];
}

/** Something that a form of a listing leaves out. */
export interface LeftOut {
  readonly why: string;
  readonly what?: Unshown | readonly Unshown[];
}

const RETURN = 13;
const LONGEST_QUOTE = 160;
/** Beyond as many, the problems of a file are counted instead of quoted: no listing has them, but a file of another kind may. */
const MOST_QUOTED = 5000;

/** @returns a line as a message quotes it: short, and without what may be a password. */
export function shortened(text: string): string {
  const trimmed = quotable(text.trim());
  return trimmed.length > LONGEST_QUOTE ? `${trimmed.slice(0, LONGEST_QUOTE)}…` : trimmed;
}

/** Ends the reading of one entry of a listing that bears a name nothing on a host can have; its problem has been noted. */
export class RefusedEntry extends Error {
  override readonly name = 'RefusedEntry';
}

/** @returns what `read` makes of an entry; undefined where the entry is refused. */
export function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RefusedEntry) return undefined;
    throw error;
  }
}

/** Collects the problems of one file. */
export class ProblemList {
  readonly list: Problem[] = [];
  private more = 0;
  private last = 0;

  constructor(readonly file: string) {}

  /** Notes that `text` in `line` was not understood. */
  add(line: number, text: string, message: string): void {
    if (this.list.length >= MOST_QUOTED) this.count(this.at(line));
    else this.list.push({ origin: this.at(line), text: shortened(text), message: toldOf(message, text) });
  }

  /** Notes that the listing ends before its end: what it holds was understood. */
  cut(line: number, text: string, message: string): void {
    this.list.push({ origin: this.at(line), text: shortened(text), message, kind: 'cut' });
  }

  /** Says of a line what hangs on it, behind what was told of it already. */
  ends(line: number, untold: { readonly text: string; readonly why: string } | undefined, message: string): void {
    if (untold !== undefined) return this.add(line, untold.text, `${untold.why}: ${message}`);
    const at = this.list.findIndex((one) => one.origin.line === line);
    const told = this.list[at];
    if (told !== undefined) this.list[at] = { ...told, message: `${told.message}; ${message}` };
  }

  /** The same for a line that may stand in another file. */
  addAt(origin: Origin, text: string, message: string): void {
    if (this.list.length >= MOST_QUOTED) this.count(origin);
    else this.list.push({ origin, text: shortened(text), message: toldOf(message, text) });
  }

  /**
   * @param text the line or entry that bears the name.
   * @returns the name.
   * @throws RefusedEntry, the problem noted, where nothing can be called so.
   */
  name(kind: NameKind, name: string, line: number, text: string): string {
    const message = refusal(kind, name);
    if (message === undefined) return name;
    this.add(line, text, message);
    throw new RefusedEntry(message);
  }

  private count(origin: Origin): void {
    const first = this.list[MOST_QUOTED]?.origin ?? origin;
    this.last = Math.max(this.last, origin.line);
    const more = ++this.more;
    this.list[MOST_QUOTED] = {
      origin: first,
      text: '…',
      more: more - 1,
      message: `${more} more problems, from line ${first.line} to line ${this.last}: is this the listing that the file's name says?`,
    };
  }

  at(line: number): Origin {
    return { file: this.file, line };
  }
}

/** A listing with as many entries is looked at: may its command have printed it? */
const MANY_ENTRIES = 10_000;

/** Ends the reading of what is no listing: an entry of a few characters takes many times its size in memory, and no command prints one as short. */
export class EntryCount {
  private entries = 0;
  private length = 0;

  /** @param shortest how long the shortest entry is that the command prints. */
  constructor(
    private readonly file: string,
    private readonly shortest: number,
  ) {}

  /**
   * Counts an entry of `length` characters.
   * @throws SnapshotError where there are many that are, on average, too short.
   */
  add(line: number, length: number, entries = 1): void {
    this.entries += entries;
    this.length += length;
    if (this.entries < MANY_ENTRIES || this.length > this.entries * this.shortest) return;
    const what = `${this.entries} entries of ${Math.ceil(this.length / this.entries)} characters each: no command prints them as short`;
    throw new SnapshotError(what, this.file, line, 'Take the listing again; the file may be another');
  }
}

/** One line of text, without its line end. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

/** Goes over the lines of a file that are not blank, with their numbers. */
export function* linesOf(text: string): Generator<Line, void> {
  let number = 0;
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end > start && text.charCodeAt(end - 1) === RETURN ? end - 1 : end);
    number++;
    if (line.trim() !== '') yield { text: line, number };
    start = end + 1;
  }
}

/** @returns what `read` makes of each item, without those it makes nothing of or refuses. */
export function collect<From, To>(items: Iterable<From>, read: (item: From) => To | readonly To[] | undefined): To[] {
  const all: To[] = [];
  for (const item of items) {
    const made = unlessRefused(() => read(item));
    if (isList(made)) for (const one of made) all.push(one);
    else if (made !== undefined) all.push(made);
  }
  return all;
}

function isList<T>(made: T | readonly T[] | undefined): made is readonly T[] {
  return Array.isArray(made);
}

/** @returns the words of a line. */
export function wordsOf(line: string): string[] {
  const trimmed = line.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/);
}

/** @returns whether a listing is JSON, told by its content. */
export function looksLikeJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
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

import { headingIn } from './heading.js';
import type { NumberedLine, Recogniser } from './piece.js';
import { promptIn } from './prompt.js';
import { RECOGNISERS } from './recognisers/index.js';
import { TOLD_ALONE } from './recognisers/told.js';
import { FENCE, JsonDepth, OPENS_JSON } from './split.js';

/** Narrower than this no terminal is; wider than this no mail is. */
const [NARROWEST, WIDEST_MAIL] = [60, 100];
/** So many lines end at one column, or nothing was wrapped there. */
const FEWEST = 3;

const kindThatBegins = (line: string): Recogniser | undefined => RECOGNISERS.find((kind) => kind.begins(line));

/**
 * Whether a line is one of its own: nobody printed it behind another.
 * @param kind the listing that it stands in; of what is only told, every line goes on with everything.
 */
function standsAlone(line: string, kind: Recogniser | undefined): boolean {
  if (line.trim() === '' || ROW.test(line) || FENCE.test(line) || OPENS_JSON.test(line) || kindThatBegins(line) !== undefined) return true;
  if (!/^\s/.test(line) && kind !== undefined && !TOLD_ALONE.includes(kind) && kind.goesOn(line)) return true;
  // a command without decoration may be the second half of a longer one
  return promptIn(line) !== undefined || (!/^[\w/]/.test(line) && headingIn(line) !== undefined);
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** A row of a table: its columns are further apart than words are. */
const ROW = /\S(?:\t| {3,})\S/;

/** A line that is indented as the one before, or more than a break between words leaves, is of its own. */
function isIndented(line: string, before: string): boolean {
  const indent = indentOf(line);
  return line.startsWith('\t') || indent >= 3 || (indent > 1 && indent === indentOf(before));
}

/** @returns whether a line of JSON ends inside a string. */
function endsInString(line: string): boolean {
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    if (quoted && line[i] === '\\') i++;
    else if (line[i] === '"') quoted = !quoted;
  }
  return quoted;
}

/** How lines are put together again: a terminal breaks at its last column, mail between words. */
interface Break {
  readonly glue: string;
  /** Whether a line may be broken, with what follows it. */
  readonly at: (last: string, next: string) => boolean;
}

/** Joins what was broken; inside JSON, whose strings hold no line breaks, everything that ends at the column goes on. */
function joined(lines: readonly NumberedLine[], { glue, at }: Break): readonly NumberedLine[] {
  const out: NumberedLine[] = [];
  let json: JsonDepth | undefined;
  let kind: Recogniser | undefined;
  /** The last line as it was written: what was joined before it is longer. */
  let last = '';
  for (const line of lines) {
    const { text } = line;
    const before = out.at(-1);
    const inside = json !== undefined;
    const broken =
      before !== undefined &&
      at(last, text) &&
      (inside ? endsInString(before.text) || !isIndented(text, before.text) : !standsAlone(text, kind) && !isIndented(text, before.text));
    if (broken) out[out.length - 1] = { ...before, text: `${before.text}${glue}${text}` };
    else out.push(line);
    if (json === undefined && !broken && OPENS_JSON.test(text)) json = new JsonDepth();
    if (json?.read(text, broken && glue === '') === true) json = undefined;
    if (!inside && !broken) kind = kindThatBegins(text) ?? kind;
    last = text;
  }
  return out;
}

/** @returns how the lines of a text were broken; undefined where nothing tells that they were. */
function breakOf(lines: readonly NumberedLine[]): Break | undefined {
  let width = 0;
  for (const { text } of lines) width = Math.max(width, text.length);
  if (width < NARROWEST) return undefined;
  const full = lines.filter(({ text }) => text.length === width).length;
  if (full >= FEWEST) return { glue: '', at: (last) => last.length === width };
  if (width > WIDEST_MAIL) return undefined;
  const at = (last: string, next: string): boolean => {
    const [word = ''] = next.split(/\s/, 1);
    return word !== '' && last.length + 1 + word.length > width;
  };
  return { glue: ' ', at };
}

/** @returns lines put together again that a terminal, a mail program or a form broke at one column; each bears the number of its first. */
export function unwrapped(lines: readonly NumberedLine[]): readonly NumberedLine[] {
  const found = breakOf(lines);
  return found === undefined ? lines : joined(lines, found);
}

import { linesOf, type Line, type ProblemList } from './source.js';

/** A line of a table, with the cell below each title. */
export interface Row {
  readonly line: Line;
  readonly cell: (title: string) => string | undefined;
}

/**
 * Reads a table of the docker command: cells stand below their titles, which two blanks or more part.
 * @param needed the title without which nothing is known of a row: a head that lacks it is noted, with all that follows.
 */
export function rowsOf(text: string, needed: string, problems: ProblemList): readonly Row[] {
  const all = Array.from(linesOf(text));
  const [head, ...lines] = all;
  const titles = [...(head?.text ?? '').matchAll(/\S+(?: \S+)*/g)].map((found) => ({ title: found[0], from: found.index }));
  if (!titles.some(({ title }) => title === needed)) {
    for (const line of all) problems.add(line.number, line.text, `not of a table with the column ${needed}`);
    return [];
  }
  return lines.map((line) => ({
    line,
    cell: (title) => {
      const at = titles.findIndex((t) => t.title === title);
      const from = titles[at]?.from;
      return from === undefined ? undefined : line.text.slice(from, titles[at + 1]?.from).trim();
    },
  }));
}

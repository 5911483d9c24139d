import { fill, type Variables } from './interpolate.js';
import { refuseAt } from './error.js';

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** `"…"` with its escapes; where it ends decides what may follow. */
function quoted(text: string, quote: string): { readonly value: string; readonly length: number } | undefined {
  let value = '';
  for (let i = 1; i < text.length; i++) {
    const c = text[i]!;
    if (c === quote) return { value, length: i + 1 };
    const next = text[i + 1];
    if (c === '\\' && quote === '"' && next !== undefined) {
      // an escaped dollar sign stays one through the filling that follows
      value += ESCAPES.get(next) ?? (next === '$' ? '$$' : next);
      i++;
    } else value += c;
  }
  return undefined;
}

/**
 * Reads a file of variables as Compose does (compose-go, dotenv): `NAME=VALUE`, `export NAME=VALUE`, `NAME: VALUE`, comments, quotes; values may name
 * variables of lines before.
 * @param given variables that are set already: they win, and may be named.
 * @throws ComposeError on a line that is none of these, without its value: there are passwords in such files.
 */
export function readDotenv(text: string, file: string, given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const lookup = { values, unset: new Map(), spent: { characters: 0 } } satisfies Variables;
  for (const [name, value] of given) values.set(name, value);
  let rest = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  let line = 1;
  const skip = (length: number): void => {
    line += rest.slice(0, length).split('\n').length - 1;
    rest = rest.slice(length);
  };
  while (rest !== '') {
    const at = { file, line };
    const end = rest.indexOf('\n') < 0 ? rest.length : rest.indexOf('\n') + 1;
    const head = /^[ \t]*(?:export[ \t]+)?([a-z_][\w.-]*)[ \t]*[=:][ \t]*/i.exec(rest.slice(0, end));
    if (head === null) {
      if (!/^[ \t]*(?:#.*|(?:export[ \t]+)?[a-z_][\w.-]*[ \t]*)?$/i.test(rest.slice(0, end).trimEnd()))
        refuseAt(at, 'not a line of NAME=VALUE');
      skip(end);
      continue;
    }
    const name = head[1]!;
    skip(head[0].length);
    const quote = rest[0];
    const isQuoted = quote === '"' || quote === "'";
    const read = isQuoted ? quoted(rest, quote) : undefined;
    if (isQuoted && read === undefined) refuseAt(at, `the quote of ${name} is not closed`);
    const stop = rest.indexOf('\n') < 0 ? rest.length : rest.indexOf('\n');
    const bare = (rest.slice(0, stop).split(/(?:^|[ \t])#/, 1)[0] ?? '').trim();
    const value = read?.value ?? bare;
    skip(read?.length ?? stop);
    if (!given.has(name)) values.set(name, quote === "'" ? value : fill(value, lookup, at));
    const after = rest.indexOf('\n') < 0 ? rest.length : rest.indexOf('\n') + 1;
    skip(after);
  }
  return values;
}

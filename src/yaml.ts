import { isAlias, Lexer, LineCounter, parseDocument, visit, type Document } from 'yaml';

/** What people write stays far below; the YAML reader takes two hundred times a text's size in memory. */
const LONGEST = 256 * 1024;
const MOST_ALIASES = 100;
/** Lists and mappings in brackets, one in the other. */
const DEEPEST = 100;

/** What no line of YAML holds, and a line that ends as no reader here takes it: a comment would go on to the end of the file. */
const ODD = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)/;
const LONE_RETURN = 'a carriage return without a line feed: end the lines with line feeds';
const CONTROL = 'a control character, which YAML has none of: a part of the file may be lost';

/** Why a text cannot be used as YAML, and the line where that shows. */
export interface YamlFault {
  readonly line: number;
  readonly message: string;
}

/** @returns the document with its lines, or what is wrong with the text: no YAML, too long, or aliases without end. */
export function readYaml(text: string): { readonly document: Document; readonly lines: LineCounter } | YamlFault {
  if (text.length > LONGEST) return { line: 1, message: `longer than ${LONGEST} characters: make several files of it` };
  const odd = ODD.exec(text);
  if (odd !== null) return { line: text.slice(0, odd.index).split('\n').length, message: odd[0] === '\r' ? LONE_RETURN : CONTROL };
  const deep = deepLine(text);
  if (deep !== undefined) return { line: deep, message: TOO_DEEP };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) return { line: lines.linePos(error.pos[0]).line, message: error.message };
  const fault = aliasFault(document);
  return fault === undefined ? { document, lines } : { line: lines.linePos(fault.at).line, message: fault.message };
}

/** @returns the plain value of a text, with its document; or what is wrong: also where it is more than it looks, since aliases stand for aliases. */
export function readPlainYaml(
  text: string,
): { readonly document: Document; readonly lines: LineCounter; readonly value: unknown } | YamlFault {
  const read = readYaml(text);
  if ('message' in read) return read;
  try {
    return { ...read, value: read.document.toJS({ maxAliasCount: MOST_ALIASES }) };
  } catch (error) {
    // how the reader of YAML says so
    if (!(error instanceof ReferenceError)) throw error;
    return { line: 1, message: `aliases of aliases stand for more than ${MOST_ALIASES} values: write the values out` };
  }
}

const TOO_DEEP = `more than ${DEEPEST} levels within one another, or 500 columns to the right: nobody writes that by hand`;

/**
 * The parser goes down by itself, and where it comes to the end of the stack while an expression is compiled, the program is gone: it is not let there.
 * Each level takes an open bracket, or a column of what stands before a line's own words.
 * @returns the first line that may lie too deep.
 */
function deepLine(text: string): number | undefined {
  const column = /^[ \t\-?:]{501}/m.exec(text);
  if (column !== null) return text.slice(0, column.index).split('\n').length;
  let line = 1;
  let open = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') open++;
    else if (token === ']' || token === '}') open--;
    if (open > DEEPEST) return line;
    line += token.split('\n').length - 1;
  }
  return undefined;
}

/** @returns the first alias that cannot be read: one too many, one that stands for nothing, or for what holds it. */
function aliasFault(document: Document): { readonly at: number; readonly message: string } | undefined {
  let count = 0;
  let message: string | undefined;
  let at = 0;
  visit(document, (_, node, path) => {
    if (!isAlias(node)) return undefined;
    const meant = ++count > MOST_ALIASES ? undefined : node.resolve(document);
    if (count > MOST_ALIASES) message = `more than ${MOST_ALIASES} aliases: write the values out`;
    else if (meant === undefined) message = `*${node.source} is an alias of nothing: no &${node.source} comes before it`;
    else if (path.includes(meant)) message = `*${node.source} stands inside what it is an alias of`;
    at = node.range?.[0] ?? 0;
    return message === undefined ? undefined : visit.BREAK;
  });
  return message === undefined ? undefined : { at, message };
}

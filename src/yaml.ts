import { isAlias, LineCounter, parseDocument, visit, type Document } from 'yaml';

/** What people write stays far below; the YAML reader takes two hundred times a text's size in memory. */
const LONGEST = 256 * 1024;
const MOST_ALIASES = 100;
/** Mappings and lists within one another; whoever goes down a document by itself gets to the end of the stack some thousand levels below. */
const DEEPEST = 100;

/** Why a text cannot be used as YAML, and the line where that shows. */
export interface YamlFault {
  readonly line: number;
  readonly message: string;
}

/** @returns the document with its lines, or what is wrong with the text: no YAML, too long, or aliases without end. */
export function readYaml(text: string): { readonly document: Document; readonly lines: LineCounter } | YamlFault {
  if (text.length > LONGEST) return { line: 1, message: `longer than ${LONGEST} characters: make several files of it` };
  try {
    return read(text);
  } catch (error) {
    if (error instanceof RangeError) return { line: 1, message: TOO_DEEP };
    throw error;
  }
}

/** @throws RangeError where the parser comes to the end of the stack. */
function read(text: string): ReturnType<typeof readYaml> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined)
    return { line: lines.linePos(error.pos[0]).line, message: error.code === 'RESOURCE_EXHAUSTION' ? TOO_DEEP : error.message };
  const fault = deepFault(document) ?? aliasFault(document);
  return fault === undefined ? { document, lines } : { line: lines.linePos(fault.at).line, message: fault.message };
}

const TOO_DEEP = `more than ${DEEPEST} levels within one another: nobody writes that by hand`;

/** @returns the first node that lies too deep. */
function deepFault(document: Document): { readonly at: number; readonly message: string } | undefined {
  let at: number | undefined;
  visit(document, {
    Node: (_, node, path) => {
      // a pair is a level of its own
      if (path.length <= 2 * DEEPEST) return undefined;
      at = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return at === undefined ? undefined : { at, message: TOO_DEEP };
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

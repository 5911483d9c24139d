import { isAlias, LineCounter, parseDocument, visit, type Document } from 'yaml';

/** What people write stays far below; the YAML reader takes two hundred times a text's size in memory. */
const LONGEST = 256 * 1024;
const MOST_ALIASES = 100;

/** Why a text cannot be used as YAML, and the line where that shows. */
export interface YamlFault {
  readonly line: number;
  readonly message: string;
}

/** @returns the document with its lines, or what is wrong with the text: no YAML, too long, or aliases without end. */
export function readYaml(text: string): { readonly document: Document; readonly lines: LineCounter } | YamlFault {
  if (text.length > LONGEST) return { line: 1, message: `longer than ${LONGEST} characters: make several files of it` };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) return { line: lines.linePos(error.pos[0]).line, message: error.message };
  const alias = aliasBeyond(document, MOST_ALIASES);
  return alias === undefined
    ? { document, lines }
    : { line: lines.linePos(alias).line, message: `more than ${MOST_ALIASES} aliases: write the values out` };
}

/** @returns where the alias stands that is one too many. */
function aliasBeyond(document: Document, most: number): number | undefined {
  let count = 0;
  let place: number | undefined;
  visit(document, (_, node) => {
    if (!isAlias(node) || ++count <= most) return undefined;
    place = node.range?.[0] ?? 0;
    return visit.BREAK;
  });
  return place;
}

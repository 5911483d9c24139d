import { SnapshotError } from '../error.js';
import { jsonItems, type JsonNode } from '../parsers/json.js';

/** A way to a value: the names of members; the places of lists are not counted. */
export type JsonWay = readonly string[];

interface Cut {
  readonly start: number;
  readonly end: number;
}

function* cutsOf(node: JsonNode, way: JsonWay, keep: (way: JsonWay) => boolean): Generator<Cut> {
  switch (node.kind) {
    case 'object':
      for (const [name, member] of node.members) yield* cutsOf(member, [...way, name], keep);
      return;
    case 'array':
      for (const item of node.items) yield* cutsOf(item, way, keep);
      return;
    case 'string':
      if (node.value !== '' && !keep(way)) yield { start: node.start, end: node.end };
      return;
    default:
  }
}

/** Of a text that is no JSON nobody knows where its strings stand: what is no name of a member goes. */
function withoutStrings(text: string): string {
  return text
    .replace(/"(?:[^"\\\n]|\\.)*"(?=(\s*:)?)/g, (found, colon: string | undefined) => (colon === undefined ? '""' : found))
    .replace(/"[^"\n]*$/, '"');
}

/**
 * Blanks the strings of a JSON text but for those that are kept; all else stays where it stands, on the same lines.
 * @param keep whether the string at the end of a way stays.
 */
export function blankJson(text: string, keep: (way: JsonWay) => boolean): string {
  const cuts: Cut[] = [];
  try {
    for (const item of jsonItems(text, '')) for (const cut of cutsOf(item, [], keep)) cuts.push(cut);
  } catch (error) {
    if (error instanceof SnapshotError) return withoutStrings(text);
    throw error;
  }
  let blanked = '';
  let from = 0;
  for (const { start, end } of cuts) {
    blanked += `${text.slice(from, start)}""`;
    from = end;
  }
  return blanked + text.slice(from);
}

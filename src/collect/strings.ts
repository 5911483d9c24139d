/** Members on the way to a string: their names, the outermost first; the places of lists are not counted. */
export type Way = readonly string[];

const PLAIN = /^\s*(?:(?:true|false|null|-?\d[\d.eE+-]*)\s*)?$/;

/** A string of a JSON text, the signs that part what is around it, or anything else that stands between them. */
const TOKEN = /"(?:\\[^]|[^"\\])*(?:"|\\?$)|[{}[\],:]|[^"{}[\],:]+/g;

interface Level {
  readonly isObject: boolean;
  key: string;
  /** Whether the next string is the name of a member. */
  atKey: boolean;
}

/**
 * Puts another string in the place of each value of a JSON text; all else stays as it is written. A text that is cut, or no JSON, is taken as far as
 * its signs tell.
 * @param change what becomes of a value, as it is written between its quotes, and of the name of a member (`isKey`).
 */
export function withStrings(text: string, change: (inner: string, way: Way, isKey: boolean) => string): string {
  const levels: Level[] = [];
  const way = (): Way => levels.flatMap(({ isObject, key }) => (isObject ? [key] : []));
  return text.replace(TOKEN, (token) => {
    const level = levels.at(-1);
    if (token.startsWith('"')) {
      const inner = token.endsWith('"') && token.length > 1 ? token.slice(1, -1) : token.slice(1);
      const isKey = level?.atKey === true;
      if (level !== undefined && isKey) level.key = inner;
      return `"${change(inner, way(), isKey)}"`;
    }
    if (token === '{' || token === '[') levels.push({ isObject: token === '{', key: '', atKey: token === '{' });
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ',' && level !== undefined) level.atKey = level.isObject;
    else if (token === ':' && level !== undefined) level.atKey = false;
    // what is neither a string nor a number nor a sign is no JSON: whatever it says stays on the host
    return token.length === 1 || PLAIN.test(token) ? token : 'null';
  });
}

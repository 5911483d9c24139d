import { inertJson } from './inert-json.js';

/** So many characters are gathered before they are given away. */
const PIECE = 65_536;
/** Below so many levels a value is written at one go: as deep as a trace lies in an audit. */
const LEVELS = 5;

const isOpen = (value: unknown): value is object => typeof value === 'object' && value !== null;

function* level(value: unknown, margin: string, left: number): Generator<string> {
  const entries = isOpen(value) && left > 0 ? Object.entries(value).filter(([, item]) => Array.isArray(value) || item !== undefined) : [];
  if (entries.length === 0) {
    yield inertJson(value ?? null, 2).replaceAll('\n', `\n${margin}`);
    return;
  }
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const inner = `${margin}  `;
  let start = `${open}\n${inner}`;
  for (const [name, item] of entries) {
    yield Array.isArray(value) ? start : `${start}${inertJson(name)}: `;
    yield* level(item, inner, left - 1);
    start = `,\n${inner}`;
  }
  yield `\n${margin}${close}`;
}

/**
 * Gives, piece by piece, the very text of `inertJson(value, 2)` and a line feed: for what is too large to stand in memory as one text.
 * @param value plain data: no functions, nothing with a `toJSON` of its own
 */
export function* inertJsonPieces(value: unknown): Generator<string> {
  let piece = '';
  for (const part of level(value, '', LEVELS)) {
    piece += part;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}\n`;
}

import { ACTIVE, withoutInstructions } from './escape.js';

/** Whether a text holds nothing but printable ASCII, line feeds and this program's own arrows and dots: most do, and need no second look. */
const PLAIN = /^[\n\u0020-\u007e→…]*$/;

function escaped(char: string): string {
  return char === '\n' ? char : Array.from({ length: char.length }, (_, i) => unit(char.charCodeAt(i))).join('');
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/**
 * @returns `value` as JSON in which every character that a terminal acts on is written as an escape, and what the log of a build would take for an
 * instruction; read back, it is the same.
 * `JSON.stringify` alone leaves DEL, the C1 controls and bidirectional controls as they are.
 */
export function inertJson(value: unknown, indent?: number): string {
  const text = withoutInstructions(JSON.stringify(value, undefined, indent), '\\u0023');
  return PLAIN.test(text) ? text : text.replace(ACTIVE, escaped);
}

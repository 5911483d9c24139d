/**
 * Characters that a terminal or a renderer acts on instead of showing: C0 and C1 controls (ANSI sequences begin with one), line and paragraph
 * separators, zero-width and bidirectional controls (Unicode Bidirectional Algorithm, section 2), the byte-order mark, tags, lone surrogates.
 */
export const ACTIVE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\ud800-\udfff]/gu;

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function written(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return SHORT.get(char) ?? (code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`);
}

/** @returns `text` on one line with every control, ANSI and bidirectional character written out (`\x1b`, `\u{202e}`). */
export function visible(text: string): string {
  return text.replace(ACTIVE, written);
}

/** @returns whether a text holds nothing that `visible` would write out. */
export function isInert(text: string): boolean {
  return text.search(ACTIVE) < 0;
}

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

function visible(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return SHORT.get(char) ?? (code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`);
}

/** @returns `text` on one line with every control, ANSI and bidirectional character written out (`\x1b`, `\u{202e}`). */
export function escapeTerminal(text: string): string {
  return text.replace(ACTIVE, visible);
}

const HTML: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** @returns `text` inert as HTML text and inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return escapeTerminal(text).replace(/[&<>"']/g, (char) => HTML.get(char) ?? char);
}

function entity(char: string): string {
  return `&#${char.charCodeAt(0)};`;
}

function inlineMarkdown(text: string): string {
  return escapeTerminal(text)
    .replace(/[&<>`*_{}[\]#|~$\\]/g, entity)
    .replace(/:(?!\s|$|\d+(?![\w:]))/g, entity)
    .replace(/@/g, '&#64;<!-- -->')
    .replace(/(www)\./gi, '$1&#46;');
}

/**
 * @returns `text` inert as Markdown inline text, also inside a table cell and at the start of a line: no emphasis, code, link, autolink, mention,
 * emoji, HTML, list, heading or cell border. What means something to any dialect is written as an entity; what GitHub links after rendering
 * (`@name`, mail addresses) is parted by an empty comment.
 */
export function escapeMarkdown(text: string): string {
  return inlineMarkdown(text)
    .replace(/^[-+=\s]/, entity)
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, (_, digits: string, sign: string) => digits + entity(sign));
}

/** @returns `text` as code that stays inert, also inside a table cell, where a backtick span does not. */
export function markdownCode(text: string): string {
  return `<code>${inlineMarkdown(text)}</code>`;
}

import { ACTIVE, visible, withoutInstructions } from '../command/index.js';

export { ACTIVE, withoutInstructions };

/** @returns `text` on one line with every control, ANSI and bidirectional character written out (`\x1b`, `\u{202e}`). */
export const escapeTerminal = visible;

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

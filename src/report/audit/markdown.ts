import { escapeMarkdown, escapeTerminal } from '../escape.js';

/** @returns code that stays inert in a table cell, which a backtick span does not. */
export function code(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}

/** @returns a table of cells that are Markdown already; nothing where there are no rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return rows.length === 0 ? [] : [[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')];
}

/** @returns a list of items that are Markdown already; nothing where there are none. */
export function bullets(items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [items.map((item) => `- ${item}`).join('\n')];
}

/** @returns lines as a code block whose fence is longer than any run of backticks within. */
export function fenced(lines: readonly string[], language: string): string {
  const text = lines.map(escapeTerminal).join('\n');
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** @returns text as it stands, in a paragraph. */
export const plain = escapeMarkdown;

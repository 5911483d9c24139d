import { escapeHtml } from '../../escape.js';

/** Text of the snapshot, inert in a page. */
export const text = escapeHtml;

/** @returns text as code. */
export function code(content: string): string {
  return `<code>${escapeHtml(content)}</code>`;
}

/** @returns a list of items that are HTML already; nothing where there are none. */
export function list(items: readonly string[], look = ''): string {
  if (items.length === 0) return '';
  return `<ul${look === '' ? '' : ` class="${look}"`}>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

/** @returns what is shown when it is opened; works without script. */
export function folded(title: string, body: string): string {
  return body === '' ? '' : `<details><summary>${escapeHtml(title)}</summary>${body}</details>`;
}

/** @returns a list of which the first items are shown, and the others folded: "57 more ports". */
export function listOfMany(items: readonly string[], most: number, what: string, look = ''): string {
  if (items.length <= most + 1) return list(items, look);
  const rest = items.length - most;
  return `${list(items.slice(0, most), look)}${folded(`${rest} more ${what}`, list(items.slice(most), look))}`;
}

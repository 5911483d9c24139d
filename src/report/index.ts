/** What this room is entered by: everything that others ask of it. */
export { jsonToAscii, toAscii } from './ascii.js';
export { escapeHtml, escapeMarkdown, escapeTerminal, markdownCode } from './escape.js';
export { inertJson } from './inert-json.js';
export { printedTrace } from './printed.js';
export { fitted } from './wrap.js';

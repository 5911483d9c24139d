/** What this room is entered by: everything that others ask of it. */
export { type ExplorerData, plainTexts } from './data.js';
export { ExploredHost } from './engine.js';
export { type PageParts, explorerHtml, policyOf } from './html.js';

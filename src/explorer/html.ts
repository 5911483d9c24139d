import { escapeHtml } from '../report/index.js';
import type { ExplorerData } from './data.js';

/** What the build made for the page. */
export interface PageParts {
  /** The page's script: the engine and what draws its answers. */
  readonly script: string;
  readonly style: string;
  /** @returns the SHA-256 of a text in base64. */
  readonly sha256: (text: string) => string;
}

/** @returns JSON that ends no script element and opens no comment in one (HTML, "Restrictions for contents of script elements"). */
function scriptJson(data: ExplorerData): string {
  return JSON.stringify(data).replace(/[<\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * @param unpacks whether the page takes archives: xz is unpacked by WebAssembly, which runs inside the page and reaches nothing that its script does not.
 * @returns the page's policy: it may run its own script and use its own style, and fetch nothing from anywhere (Content Security Policy Level 3).
 */
export function policyOf({ script, style, sha256 }: PageParts, unpacks: boolean): string {
  return [
    "default-src 'none'",
    `script-src 'sha256-${sha256(script)}'${unpacks ? " 'wasm-unsafe-eval'" : ''}`,
    `style-src 'sha256-${sha256(style)}'`,
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** @returns one file that holds a host, and the engine that answers questions about it. It needs nothing else, and asks nobody. */
export function explorerHtml(data: ExplorerData, title: string, parts: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(parts, data.texts === undefined)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${parts.style}</style>
</head>
<body>
<noscript>This page answers by its own script, which this browser does not run.</noscript>
<div id="app"></div>
<script type="application/json" id="data">${scriptJson(data)}</script>
<script>${parts.script}</script>
</body>
</html>
`;
}

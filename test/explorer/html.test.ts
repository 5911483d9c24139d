import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExplorerData } from '../../src/explorer/data.js';
import { explorerHtml } from '../../src/explorer/html.js';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('base64');
const PARTS = { script: 'start();', style: 'p{color:red}', sha256 };

function pageOf(text: string): string {
  const data: ExplorerData = {
    format: 'dtrace-path-explorer/1',
    version: '1.0.0',
    rules: [],
    whatIf: [text],
    texts: { files: [[text, { text, shown: text }]], captures: [text], problems: [] },
  };
  return explorerHtml(data, text, PARTS);
}

describe('explorerHtml', () => {
  it('allows its own script and style, and no request', () => {
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(pageOf('web')) ?? [];
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${sha256(PARTS.script)}'`,
      `style-src 'sha256-${sha256(PARTS.style)}'`,
      'img-src data: blob:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('runs WebAssembly where it takes archives, and there alone', () => {
    const page = explorerHtml({ format: 'dtrace-path-explorer/1', version: '1.0.0', rules: [], whatIf: [] }, 'Empty', PARTS);
    expect(page).toContain(`script-src 'sha256-${sha256(PARTS.script)}' 'wasm-unsafe-eval';`);
    expect(pageOf('web')).not.toContain('wasm');
  });

  it('holds any text of a snapshot as data: it ends no element, and is read back as it was', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('</script>', '<!--', '<script>', '</style>', '</title>', '\u2028', ']]>'),
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          const page = pageOf(text);
          expect(page.match(/<\/?(?:script|style|title)|<!--/gi)).toEqual(pageOf('web').match(/<\/?(?:script|style|title)|<!--/gi));
          const [, json = ''] = /<script type="application\/json" id="data">(.*)<\/script>/.exec(page) ?? [];
          expect(JSON.parse(json)).toMatchObject({ whatIf: [text], texts: { files: [[text, { text, shown: text }]] } });
        },
      ),
    );
  });
});

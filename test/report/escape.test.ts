import fc from 'fast-check';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { escapeHtml, escapeMarkdown, escapeTerminal } from '../../src/report/escape.js';
import { escapeMermaid } from '../../src/report/trace/mermaid.js';
import { HOSTILE } from './samples.js';

describe('escapeTerminal', () => {
  it.each([
    ['plain text, ünïcode, 日本', 'plain text, ünïcode, 日本'],
    ['a\u001b[31mred', 'a\\x1b[31mred'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\u009b2J', '\\x9b2J'],
    ['x\u202ey\u2066z\u200f', 'x\\u{202e}y\\u{2066}z\\u{200f}'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800', '\\u{d800}'],
  ])('%j becomes %j', (text, shown) => {
    expect(escapeTerminal(text)).toBe(shown);
  });

  it('leaves no control character in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeTerminal(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
      }),
    );
  });
});

describe('escapeHtml', () => {
  it('leaves no tag, attribute or entity', () => {
    expect(escapeHtml(`<a href="x" title='y'>&amp;`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;');
  });
});

/** Text of rendered HTML, with the entities that `marked` leaves in place resolved. */
function textOf(html: string): string {
  return html
    .replace(/<!-- -->/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&#39;|&quot;/g, (found) => (found === '&quot;' ? '"' : "'"))
    .replace(/&amp;/g, '&');
}

describe('escapeMarkdown', () => {
  it.each([
    '<script>alert(1)</script>',
    '[x](javascript:alert(1))',
    '![x](http://a/b)',
    '`code`',
    '**bold** _it_ ~~s~~',
    'http://example.com/',
    'www.example.com',
    'mailto:a@b.example',
    '| cell |',
    '# head',
    '- item',
    '1. item',
    '> quote',
    '+ item',
    '===',
    '    code',
    ':smile:',
    '$x$',
    '&lt;',
    '\\',
    '{{x}}',
    '<!--',
    '<https://a.example>',
    'a\n\nb',
    HOSTILE,
  ])('%j is a plain paragraph', (text) => {
    const html = marked.parse(escapeMarkdown(text), { async: false });
    const inner = /^<p>([\s\S]*)<\/p>\n$/.exec(html)?.[1] ?? `no paragraph: ${html}`;
    expect(inner.replace(/<!-- -->/g, '')).not.toMatch(/[<>]/);
    expect(textOf(inner).trim()).toBe(escapeTerminal(text).trim());
  });

  it('parts what GitHub would make a mention of', () => {
    expect(escapeMarkdown('@octocat')).toBe('&#64;<!-- -->octocat');
  });

  it('leaves ordinary rules and addresses readable', () => {
    const rule = '-s 172.17.0.0/16 ! -o docker0 -p tcp (172.17.0.2:80) "x"';
    expect(escapeMarkdown(`A ${rule}`)).toBe(`A ${rule}`);
  });
});

describe('escapeMermaid', () => {
  it.each([
    ['web', 'web'],
    ['10.0.0.1:80 → [::1]', '10.0.0.1:80 → #91;::1#93;'],
    ['a;b#c', 'a#59;b#35;c'],
    ['the end', 'the #101;nd'],
    ['<b>%%{init}', '#60;b#62;#37;#37;#123;init#125;'],
    ['x\ny', 'x#92;ny'],
  ])('%j becomes %j', (text, shown) => {
    expect(escapeMermaid(text)).toBe(shown);
  });
});

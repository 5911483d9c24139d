import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import type { Trace } from '../../src/model/trace.js';
import { TRACE_REPORTS } from '../../src/report/trace/index.js';
import { printedTrace } from '../../src/report/printed.js';
import { dropped, hostile, leaves } from './samples.js';

async function render(format: string, trace: Trace, verbose = false, color = false): Promise<string> {
  const load = TRACE_REPORTS.get(format);
  if (!load) throw new Error(`no format ${format}`);
  return (await load()).render(trace, { verbose, color });
}

const CASES = [
  ['leaves', leaves],
  ['dropped', dropped],
] as const;

describe.each(['text', 'md', 'kernel-trace'])('%s', (format) => {
  it.each(CASES)('tells %s', async (name, trace) => {
    await expect(await render(format, trace)).toMatchFileSnapshot(`golden/${name}.${format}.txt`);
    await expect(await render(format, trace, true)).toMatchFileSnapshot(`golden/${name}.verbose.${format}.txt`);
  });

  it('writes no control character but line feeds, whatever the names are', async () => {
    expect(await render(format, hostile, true)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
  });
});

describe('text', () => {
  it('says the verdict first and last', async () => {
    const lines = (await render('text', dropped)).trimEnd().split('\n');
    expect([lines[0], lines.at(-1)]).toEqual(
      Array(2).fill('timeout: no rule of filter FORWARD accepts it and its policy is DROP [host/iptables-save.txt:4]'),
    );
  });

  it('colours only when asked', async () => {
    const esc = '\u001b[';
    expect(await render('text', leaves)).not.toContain(esc);
    expect(await render('text', leaves, false, true)).toContain(`${esc}32mleaves-host${esc}39m`);
  });
});

describe('json', () => {
  it.each(CASES)('gives %s back whole', async (_, trace) => {
    expect(JSON.parse(await render('json', trace))).toEqual(JSON.parse(JSON.stringify(printedTrace(trace))));
  });
});

describe('ndjson', () => {
  it.each([...CASES, ['hostile', hostile] as const])('puts %s on one line', async (_, trace) => {
    const text = await render('ndjson', trace);
    expect(text.indexOf('\n')).toBe(text.length - 1);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(printedTrace(trace))));
  });
});

describe('md', () => {
  it('keeps hostile names inert', async () => {
    const html = await marked.parse(await render('md', hostile));
    expect([...new Set(html.match(/<\/?[a-z0-9]+/g))].sort()).toEqual(
      ['<', '</']
        .flatMap((open) =>
          ['code', 'h1', 'h2', 'li', 'p', 'pre', 'strong', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'].map((tag) => open + tag),
        )
        .sort(),
    );
    expect(html).not.toMatch(/<[^>]*(?:href|src|onerror)/);
  });

  it('keeps the cells of a row together', async () => {
    const rows = (await render('md', hostile)).split('\n').filter((line) => line.startsWith('| '));
    expect(new Set(rows.map((row) => row.split('|').length))).toEqual(new Set([7]));
  });
});

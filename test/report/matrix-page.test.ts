import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMachine } from '../../src/datapath/index.js';
import { reachabilityMatrix } from '../../src/reachability/matrix.js';
import { report as html } from '../../src/report/matrix/html.js';
import { distanceOf, layOut } from '../../src/report/matrix/layout.js';
import { report as text } from '../../src/report/matrix/text.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { eachOf, hasBrowser, openFile, startBrowser, violationsOf } from '../explorer/browser.js';

const STYLE = { verbose: false, color: false } as const;
const matrix = reachabilityMatrix(createMachine(await loadSnapshot('fixtures/hosts/docker28-bridge')), {
  from: () => true,
  to: () => true,
  unlistened: false,
});

describe('the sheet of who reaches what', () => {
  it('has a column for outside, lan, the host and each network, with the containers that fare alike', () => {
    expect(layOut(matrix).columns.map(({ title, sources }) => [title, sources.map(({ name }) => name)])).toEqual([
      ['outside', ['outside']],
      ['lan', ['lan']],
      ['host', ['host']],
      ['network:appnet', ['network:appnet', 'pinned', 'app', 'db']],
      ['network:bridge', ['network:bridge', 'admin', 'web']],
    ]);
  });

  it('tells how far sources are from what they reach', () => {
    const { columns, rows } = layOut(matrix);
    const row = rows.find(({ service }) => service.name === 'db:5432/tcp');
    expect(row && columns.map((column) => distanceOf(matrix, column, row.service))).toEqual([
      'outside',
      'outside',
      'within',
      'within',
      'across',
    ]);
  });

  it.each([60, 80, 120, 200])('fits into %i columns, and marks what outsiders reach', (width) => {
    const lines = [...text.render(matrix, { ...STYLE, width })].join('').split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    expect(new Set(lines.flatMap((line) => /^! (\S+)/.exec(line)?.[1] ?? []))).toEqual(
      new Set(['198.51.100.10:6379/tcp', 'host:8443/tcp', 'host:5353/udp', 'host:8080/tcp', 'host:22/tcp']),
    );
  });
});

describe.skipIf(!hasBrowser)('the sheet in Chromium', () => {
  let browser: Browser;
  let folder = '';
  beforeAll(async () => {
    browser = await startBrowser();
    folder = mkdtempSync(join(tmpdir(), 'dtrace-path-matrix-'));
    writeFileSync(join(folder, 'matrix.html'), [...html.render(matrix, STYLE)].join(''));
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    { width: 1280, theme: 'light' },
    { width: 390, theme: 'dark' },
  ] as const)('has no violation, asks nobody, and scrolls inside, at $width pixels, $theme', async (look) => {
    const { page, requests, errors } = await openFile(browser, join(folder, 'matrix.html'), look);
    expect([await violationsOf(page), requests, errors]).toEqual([[], [], []]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    // names stand in lines, not letter below letter, and a cell in one
    expect(await page.evaluate('document.querySelector("tbody th").offsetWidth')).toBeGreaterThan(110);
    expect(new Set((await eachOf(page, 'summary', 'one.offsetHeight')) as readonly number[]).size).toBe(1);
    expect(await page.evaluate('document.querySelector(".sum").textContent')).toBe('5 of 13 services are reached from outside.');
    const red = await eachOf(page, 'td.outside', 'one.parentElement.firstElementChild.firstChild.textContent');
    expect(new Set(red as readonly string[])).toEqual(
      new Set(['198.51.100.10:6379/tcp', 'host:8443/tcp', 'host:5353/udp', 'host:8080/tcp', 'host:22/tcp']),
    );
  });
});

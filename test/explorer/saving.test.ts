import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, hasBrowser, openFile, openView, startBrowser } from './browser.js';

const HOST = fileURLToPath(new URL('../../fixtures/hosts/docker28-policy', import.meta.url));
const PNG = '89504e470d0a1a0a';

describe.skipIf(!hasBrowser)('what the page saves', () => {
  let browser: Browser;
  let folder = '';
  let page: Page;

  /** Presses a button. @returns what was saved under a name. */
  async function saved(within: string, label: string, name: string): Promise<Buffer> {
    const path = join(folder, name);
    rmSync(path, { force: true });
    await page.evaluate(
      `[...document.querySelectorAll(${JSON.stringify(`${within} button`)})].find((one) => one.textContent === ${JSON.stringify(label)}).click()`,
    );
    for (let i = 0; !existsSync(path); i++) {
      if (i > 200) throw new Error(`${name} was not saved`);
      await setTimeout(50);
    }
    return readFileSync(path);
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dtrace-path-page-'));
    cli('explore', HOST, '-o', join(folder, 'host.html'));
    browser = await startBrowser();
    ({ page } = await openFile(browser, join(folder, 'host.html'), { width: 1280, theme: 'dark' }, '#from=internet&to=host:8080'));
    const client = await page.createCDPSession();
    await client.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it('the map as SVG, with the path lit, that needs nothing else and can be opened by itself', async () => {
    const svg = (await saved('.map', 'Save as SVG', 'map.svg')).toString('utf8');
    expect(svg).not.toMatch(/var\(|<style|href|url\(|tabindex/);
    const alone = await browser.newPage();
    await alone.goto(`file://${join(folder, 'map.svg')}`);
    // the outside, the uplink and the host are lit in the colour of what fails, in the theme that was looked at
    expect(await alone.evaluate('document.querySelectorAll(".place.lit > rect[stroke=\'rgb(255, 154, 162)\']").length')).toBe(3);
    await alone.close();
    await page.bringToFront();
  });

  it('the map as PNG, twice as fine as it is drawn', async () => {
    const png = await saved('.map', 'Save as PNG', 'map.png');
    const width = await page.evaluate('document.querySelector(".map svg").viewBox.baseVal.width');
    expect([png.subarray(0, 8).toString('hex'), png.readUInt32BE(16)]).toEqual([PNG, 2 * Number(width)]);
  });

  it('path, matrix and findings as Markdown, as the command prints them', async () => {
    const path = await saved('#view-path', 'Save as Markdown', 'path.md');
    expect(path.toString('utf8')).toBe(cli('-s', HOST, '--from', 'internet', '--to', 'host:8080', '--format', 'md'));
    await openView(page, 'matrix');
    const matrix = await saved('#view-matrix', 'Save as Markdown', 'matrix.md');
    const rows = (text: string): readonly string[] => text.split('\n').filter((line) => line.startsWith('|') && !line.includes('<code>'));
    expect(rows(matrix.toString('utf8'))).toEqual(rows(cli('matrix', '-s', HOST, '--format', 'md')));
    await openView(page, 'findings');
    const findings = (await saved('#view-findings', 'Save as Markdown', 'findings.md')).toString('utf8');
    const heads = (text: string): readonly string[] => text.split('\n').filter((line) => line.startsWith('#'));
    expect(heads(findings)).toEqual(heads(cli('audit', '-s', HOST, '--format', 'md', '--fail-on', 'none')));
  });
});

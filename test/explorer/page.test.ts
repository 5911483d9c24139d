import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBigHost } from '../bench/big-host.mjs';
import { eachOf, hasBrowser, openFile, startBrowser, textOf, violationsOf, type Look } from './browser.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const HOST = fileURLToPath(new URL('../../fixtures/hosts/docker28-policy', import.meta.url));
const WIDE: Look = { width: 1280, theme: 'light' };
const NARROW: Look = { width: 390, theme: 'dark' };
const VIEWS = ['path', 'matrix', 'findings', 'what-if', 'read'];
/** Every view at both widths and in both themes; all four together where rules and tables stand side by side. */
const LOOKS = [
  { ...WIDE, views: VIEWS },
  { ...NARROW, views: VIEWS },
  { width: 1280, theme: 'dark', views: ['path', 'matrix'] },
  { width: 390, theme: 'light', views: ['path', 'matrix'] },
] as const;

function cli(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', input: '' });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

/** What the page says that the command prints. */
async function printed(page: Page): Promise<unknown> {
  await page.waitForSelector('.as-text pre');
  return textOf(page, '.as-text pre');
}

async function openView(page: Page, view: string): Promise<void> {
  await page.click(`#tab-${view}`);
  await page.waitForSelector(`#view-${view}:not([hidden]) > :nth-child(2)`);
}

describe.skipIf(!hasBrowser)('the page in Chromium', () => {
  let browser: Browser;
  let folder = '';
  const at = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dtrace-path-page-'));
    writeBigHost(at('big'), { containers: 65, ports: 1, networks: 4 });
    cli('explore', HOST, '-o', at('host.html'));
    cli('explore', at('big'), '-o', at('big.html'));
    cli('explore', '--blank', '-o', at('blank.html'));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it('answers a link as the command does, asks nobody, and shows the line that decides', async () => {
    const { page, requests, errors } = await openFile(browser, at('host.html'), WIDE, '#from=internet&to=host:8080&proto=tcp');
    expect(await printed(page)).toBe(cli('-s', HOST, '--from', 'internet', '--to', 'host:8080', '--no-color'));
    const verdict = await textOf(page, '#verdict');
    expect(verdict).toBe('timeout: A rule of your own drops what the internet sends to the host.');
    const marked = await eachOf(page, '.marked', '[one.textContent, one.getAttribute("aria-current")]');
    expect(marked).toEqual([[expect.stringContaining('--ctorigdstport 8080 --ctdir ORIGINAL -j DROP'), 'true']]);
    expect(await eachOf(page, '.place.lit', 'one.dataset.node')).toEqual(['outside', 'host', 'uplink up0']);
    expect([requests, errors]).toEqual([[], []]);
  });

  it('is asked by keyboard alone', async () => {
    const { page } = await openFile(browser, at('host.html'), WIDE);
    await page.focus('#from');
    await page.keyboard.type('web → both:80');
    await page.keyboard.press('Enter');
    expect(await printed(page)).toBe(cli('-s', HOST, '--from', 'web', '--to', 'both:80', '--no-color'));
    expect(await page.evaluate('[location.hash, document.activeElement.id]')).toEqual(['#from=web&to=both:80', 'verdict']);
  });

  it('is asked by the map: who, then whom', async () => {
    const { page } = await openFile(browser, at('host.html'), WIDE);
    await page.evaluate('document.querySelector(\'.place[tabindex="0"]\').focus()');
    await page.keyboard.press('Enter');
    await page.click('.place[data-ask="web"]');
    await page.waitForSelector('#verdict');
    expect(await page.evaluate('location.hash')).toBe('#from=internet&to=web');
  });

  it('says what is wrong with a question', async () => {
    const { page } = await openFile(browser, at('host.html'), WIDE, '#from=nobody&to=web:80');
    await page.waitForSelector('[role=alert]');
    expect(await textOf(page, '[role=alert]')).toMatch(/nobody/);
  });

  it('supposes a command, tells what it closes, and answers of the host after it', async () => {
    const { page } = await openFile(browser, at('host.html'), WIDE);
    await openView(page, 'what-if');
    await page.type('#what-if', 'iptables -I DOCKER-USER 1 -j DROP');
    await page.click('#view-what-if .actions button');
    await page.waitForSelector('.change.closed');
    await page.click('.change.closed .place-link');
    await page.waitForSelector('#verdict');
    expect(await textOf(page, '.supposing')).toBe('Supposing: iptables -I DOCKER-USER 1 -j DROP');
  });

  it('without a host takes a paste, and explores it', async () => {
    const { page, requests } = await openFile(browser, at('blank.html'), WIDE);
    expect(await violationsOf(page)).toEqual([]);
    await page.type('#paste', '# iptables-save\n*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n');
    await page.click('button.primary');
    await page.waitForSelector('.question');
    expect(requests).toEqual([]);
  });

  it('without a host says why what it was given is none', async () => {
    const { page } = await openFile(browser, at('blank.html'), WIDE);
    const notes = at('notes.txt');
    writeFileSync(notes, 'nothing of a host\n');
    const input = await page.$('input#files');
    await input?.uploadFile(notes);
    await page.waitForSelector('[role=alert]');
    expect(await textOf(page, '[role=alert]')).toMatch(/holds no listing that is known/);
  });

  it.each(LOOKS)('has no violation, and nothing beside the screen, at $width pixels, $theme', async (look) => {
    const { page, errors } = await openFile(browser, at('host.html'), look, '#from=internet&to=host:8080');
    await page.waitForSelector('#verdict');
    for (const view of look.views) {
      await openView(page, view);
      expect([view, await violationsOf(page)]).toEqual([view, []]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(look.width);
    }
    expect(errors).toEqual([]);
  });

  it.each([WIDE, NARROW])('has none with 65 containers at $width pixels, $theme', async (look) => {
    const { page } = await openFile(browser, at('big.html'), look);
    expect(await eachOf(page, '.place[data-node^="netns "]', '1')).toHaveLength(65);
    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(look.width);
  });
});

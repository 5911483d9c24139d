import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choose, cli, eachOf, hasBrowser, openFile, openView, printed, startBrowser, textOf, violationsOf, WIDE } from './browser.js';

const RECORDED = fileURLToPath(new URL('../../fixtures/captures/docker20/', import.meta.url));
const SNAPSHOT = `${RECORDED}snapshot`;
const capture = (flow: string, place: string): string => `${RECORDED}flows/${flow}/${place}.pcap`;

/** Drops a file on the page, as a person does. */
async function drop(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  const data = JSON.stringify([...bytes]);
  await page.evaluate(
    `{ const data = new DataTransfer(); data.items.add(new File([new Uint8Array(${data})], ${JSON.stringify(name)}));
       document.querySelector('h1').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })); }`,
  );
}

describe.skipIf(!hasBrowser)('captures on the page', () => {
  let browser: Browser;
  let folder = '';
  let file = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dtrace-path-page-'));
    file = join(folder, 'host.html');
    cli('explore', SNAPSHOT, '-o', file);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['web-out-ping', 'web', '203.0.113.8', ['host', 'web']],
    ['cli-web-tcp', 'cli', 'web:80', ['host', 'web', 'cli']],
    ['web-out-dropped', 'web', '203.0.113.8:25', ['host', 'web']],
  ])('%s: says of a path what the command says', async (flow, from, to, places) => {
    const captures = places.map((place) => capture(flow, place)).filter((path) => exists(path));
    const { page, requests, errors } = await openFile(browser, file, WIDE, `#from=${from}&to=${to}`);
    await openView(page, 'captures');
    await choose(page, '#captures', ...captures);
    await page.waitForSelector('.evidence');
    // the page knows files by their names alone
    const told = cli('-s', SNAPSHOT, '--from', from, '--to', to, ...captures.flatMap((path) => ['--pcap', path]), '--no-color');
    expect(await printed(page)).toBe(told);
    expect([requests, errors]).toEqual([[], []]);
  });

  it('dropped anywhere colours what was seen, lists it, marks the cells in use, and leads to its path', async () => {
    const { page } = await openFile(browser, file);
    await drop(page, 'host.pcap', readFileSync(capture('cli-web-tcp', 'host')));
    await page.waitForSelector('#view-captures tbody tr');
    expect(await eachOf(page, '.place.seen', 'one.dataset.ask ?? one.dataset.node')).toEqual(expect.arrayContaining(['cli', 'web']));
    expect(await eachOf(page, '.place.seen', 'one.dataset.ask')).not.toContain('db');
    expect(await violationsOf(page)).toEqual([]);
    await page.click('#view-captures tbody .place-link');
    await page.waitForSelector('.evidence.confirmed, .evidence.partly');
    await openView(page, 'matrix');
    expect(await eachOf(page, 'td.used', '1')).not.toEqual([]);
  });

  it('takes gzip, and says what is no capture, or cut', async () => {
    const { page } = await openFile(browser, file);
    const bytes = readFileSync(capture('web-out-ping', 'host'));
    await drop(page, 'host.pcap.gz', gzipSync(bytes));
    await page.waitForSelector('#view-captures tbody tr');
    await drop(page, 'notes.pcap', new TextEncoder().encode('this is no capture at all, and is long enough to tell'));
    await page.waitForSelector('#view-captures [role=alert]');
    expect(await textOf(page, '#view-captures [role=alert]')).toMatch(/notes\.pcap: not a capture/);
    await drop(page, 'cut.pcap', bytes.subarray(0, bytes.length - 3));
    await page.waitForFunction('/cut/.test(document.querySelector("#view-captures ul").textContent)');
    await drop(page, 'list.txt', new TextEncoder().encode('nothing'));
    await page.waitForFunction('/is no capture/.test(document.querySelector("#view-captures [role=alert]")?.textContent)');
  });

  it('asks where one was taken that does not tell, and believes the answer', async () => {
    const { page } = await openFile(browser, file, WIDE, '#from=web&to=203.0.113.8');
    // nothing but the header: no packet tells of a place
    await drop(page, 'x.pcap', readFileSync(capture('web-out-ping', 'web')).subarray(0, 24));
    await page.waitForSelector('#view-captures select');
    expect(await violationsOf(page)).toEqual([]);
    await page.select('#view-captures select', 'web');
    await page.waitForFunction('/at web:/.test(document.querySelector("#view-captures ul").textContent)');
  });
});

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** Whether there is a browser to try the page in. */
export const hasBrowser = CHROMIUM !== undefined;

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Starts a browser. */
export async function startBrowser(): Promise<Browser> {
  return puppeteer.launch({
    ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
}

/** How a page is looked at. */
export interface Look {
  readonly width: 1280 | 390;
  readonly theme: 'light' | 'dark';
}

/** A page that was opened, and what it asked for or complained about meanwhile. */
export interface Opened {
  readonly page: Page;
  /** Addresses of all requests but that for the file itself. */
  readonly requests: readonly string[];
  readonly errors: readonly string[];
}

/** Opens a file, and waits until it has drawn its heading. */
export async function openFile(browser: Browser, file: string, { width, theme }: Look, hash = ''): Promise<Opened> {
  const page = await browser.newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  const own = `file://${file}`;
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== own) requests.push(request.url());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
  await page.goto(own + hash);
  await page.waitForSelector('h1');
  return { page, requests, errors };
}

/** @returns what axe finds wrong with a page as it is, each with the first element that it is about. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  // evaluated from outside, as the page's own policy allows it no other script
  await page.evaluate(AXE);
  // the line before defines it, and it resolves to what its own types say
  const results = (await page.evaluate('axe.run()')) as AxeResults;
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}

/** @returns what an expression comes to for each element that a selector finds; `one` is the element. */
export async function eachOf(page: Page, selector: string, expression: string): Promise<unknown> {
  return page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => ${expression})`);
}

/** @returns the text of the first element that a selector finds. */
export async function textOf(page: Page, selector: string): Promise<unknown> {
  return page.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`);
}

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { expect } from 'vitest';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** Whether there is a browser to try the page in. */
export const hasBrowser = CHROMIUM !== undefined;

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Runs the command, which is to succeed and to say nothing on stderr. @returns what it prints. */
export function cli(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', input: '', maxBuffer: 2 ** 28 });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

/** Starts a browser. @param more arguments of the program. */
export async function startBrowser(...more: readonly string[]): Promise<Browser> {
  return puppeteer.launch({
    ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', ...more],
  });
}

/** How a page is looked at. */
export interface Look {
  readonly width: 1280 | 390;
  readonly theme: 'light' | 'dark';
}

export const WIDE: Look = { width: 1280, theme: 'light' };
/** Every look that the page is made for. */
export const LOOKS: readonly Look[] = [WIDE, { width: 1280, theme: 'dark' }, { width: 390, theme: 'light' }, { width: 390, theme: 'dark' }];

/** A page that was opened, and what it asked for or complained about meanwhile. */
export interface Opened {
  readonly page: Page;
  /** Addresses of all requests but that for the file itself. */
  readonly requests: readonly string[];
  readonly errors: readonly string[];
}

/** Looks at a page at another width, in another theme. */
export async function lookAt(page: Page, { width, theme }: Look): Promise<void> {
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
}

/** Opens a file, and waits until it has drawn its heading. */
export async function openFile(browser: Browser, file: string, look: Look = WIDE, hash = ''): Promise<Opened> {
  return openPage(browser, `file://${file}`, look, hash);
}

/** The same of an address. */
export async function openPage(browser: Browser, own: string, look: Look = WIDE, hash = ''): Promise<Opened> {
  const page = await browser.newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== own) requests.push(request.url());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await lookAt(page, look);
  await page.goto(own + hash);
  await page.waitForSelector('h1');
  return { page, requests, errors };
}

/** Chooses files by the page's own control. */
export async function choose(page: Page, selector: string, ...files: readonly string[]): Promise<void> {
  const input = await page.waitForSelector(selector);
  // the selector names an input of files
  await input?.uploadFile(...files);
}

/** Opens a view, and waits until it is made. */
export async function openView(page: Page, view: string): Promise<void> {
  await page.click(`#tab-${view}`);
  await page.waitForSelector(`#view-${view}:not([hidden]) > :nth-child(2)`);
}

/** Presses Tab until an element that a selector finds has the focus. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${selector}`);
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

/** What the page says that the command prints. */
export async function printed(page: Page): Promise<unknown> {
  await page.waitForSelector('.as-text pre');
  return textOf(page, '.as-text pre');
}

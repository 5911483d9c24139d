import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choose, cli, hasBrowser, openFile, openPage, openView, printed, startBrowser, WIDE } from './browser.js';

const HOST = fileURLToPath(new URL('../../fixtures/hosts/docker28-policy', import.meta.url));
const SNAPSHOT = fileURLToPath(new URL('../../fixtures/captures/docker20/snapshot', import.meta.url));
const CAPTURE = fileURLToPath(new URL('../../fixtures/captures/docker20/flows/web-out-ping/web.pcap', import.meta.url));
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const ELSEWHERE = 'http://elsewhere.example/';

/** Everything that a page may try to reach somebody by. */
const ATTEMPTS = [
  `fetch('${ELSEWHERE}').catch(() => 0)`,
  `new Image().src = '${ELSEWHERE}i.png'`,
  `navigator.sendBeacon('${ELSEWHERE}b', 'x')`,
  `new WebSocket('ws://elsewhere.example/')`,
  `new EventSource('${ELSEWHERE}e')`,
  `new Worker('${ELSEWHERE}w.js')`,
  `document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '${ELSEWHERE}s.css' }))`,
  `document.head.append(Object.assign(document.createElement('script'), { src: '${ELSEWHERE}s.js' }))`,
  `document.body.append(Object.assign(document.createElement('iframe'), { src: '${ELSEWHERE}' }))`,
  `{ const form = Object.assign(document.createElement('form'), { action: '${ELSEWHERE}', method: 'post' }); document.body.append(form); form.submit(); }`,
];

describe.skipIf(!hasBrowser)('the page behind a proxy that writes down what it is asked for', () => {
  let browser: Browser;
  let proxy: Server;
  let folder = '';
  const asked: string[] = [];
  const ofOurs = (): readonly string[] => asked.filter((url) => url.includes('elsewhere') || url.includes('127.0.0.1'));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dtrace-path-page-'));
    proxy = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('x');
    }).on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.destroy();
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    cli('explore', HOST, '-o', join(folder, 'host.html'));
    cli('explore', SNAPSHOT, '-o', join(folder, 'captured.html'));
    // a server that listens on TCP has an address with a port
    const { port } = proxy.address() as AddressInfo;
    browser = await startBrowser(`--proxy-server=http://127.0.0.1:${port}`, '--proxy-bypass-list=<-loopback>');
  });
  afterAll(async () => {
    await browser.close();
    proxy.close();
    rmSync(folder, { recursive: true });
  });

  async function allViews(page: Page): Promise<void> {
    for (const view of ['path', 'matrix', 'findings', 'what-if', 'captures', 'read']) await openView(page, view);
  }

  it('is not asked for anything, whatever is done in the page', async () => {
    const { page } = await openFile(browser, join(folder, 'host.html'), WIDE, '#from=internet&to=host:8080');
    await printed(page);
    await allViews(page);
    const captured = await openFile(browser, join(folder, 'captured.html'), WIDE, '#from=web&to=203.0.113.8');
    await openView(captured.page, 'captures');
    await choose(captured.page, '#captures', CAPTURE);
    await captured.page.waitForSelector('.evidence');
    expect(ofOurs()).toEqual([]);
  });

  it('is not asked for anything by what the page may not do either', async () => {
    const { page } = await openFile(browser, join(folder, 'host.html'));
    for (const attempt of ATTEMPTS) await page.evaluate(`try { ${attempt} } catch {}`);
    await page.evaluate('new Promise((done) => setTimeout(done, 300))');
    expect(ofOurs()).toEqual([]);
    // what shows that it would have been seen
    const other = await browser.newPage();
    await other.goto(ELSEWHERE);
    expect(ofOurs()).toContain(ELSEWHERE);
  });

  it('of the page that is served, is asked for that page alone', async () => {
    const direct = await startBrowser();
    const child: ChildProcess = spawn(process.execPath, [CLI, 'explore', HOST], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
      const { page, requests, errors } = await openPage(direct, line.toString('utf8').trim(), WIDE, '#from=internet&to=host:8080');
      expect(await printed(page)).toBe(cli('-s', HOST, '--from', 'internet', '--to', 'host:8080', '--no-color'));
      await allViews(page);
      expect([requests.filter((url) => !url.endsWith('/favicon.ico')), errors.filter((text) => !text.includes('favicon'))]).toEqual([
        [],
        [],
      ]);
    } finally {
      child.kill('SIGKILL');
      await direct.close();
    }
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBigHost } from '../bench/big-host.mjs';
import {
  choose,
  cli,
  eachOf,
  hasBrowser,
  lookAt,
  LOOKS,
  openFile,
  openView,
  printed,
  startBrowser,
  tabTo,
  textOf,
  violationsOf,
  WIDE,
} from './browser.js';

const HOST = fileURLToPath(new URL('../../fixtures/hosts/docker28-policy', import.meta.url));
const VIEWS = ['path', 'matrix', 'findings', 'what-if', 'captures', 'read'];

describe.skipIf(!hasBrowser)('the page in Chromium', () => {
  let browser: Browser;
  let folder = '';
  const at = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dtrace-path-page-'));
    for (const containers of [5, 65, 200]) {
      writeBigHost(at(`big${containers}`), { containers, ports: 1, networks: 1 + Math.ceil(containers / 25) });
      cli('explore', at(`big${containers}`), '-o', at(`big${containers}.html`));
    }
    cli('explore', HOST, '-o', at('host.html'));
    cli('explore', '--blank', '-o', at('blank.html'));
    browser = await startBrowser();
  }, 60_000);
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

  it('answers a link that tells source, source port and what is supposed, and makes the same link of it', async () => {
    const rule = 'iptables -I DOCKER-USER 1 -s 203.0.113.8/32 -p tcp --sport 1024 -j ACCEPT';
    const link = `#from=internet&to=host:8080&proto=tcp&src=203.0.113.8&sport=1024&suppose=${encodeURIComponent(rule).replace(/%2F/g, '/')}`;
    const { page } = await openFile(browser, at('host.html'), WIDE, link);
    const asked = ['--from', 'internet', '--to', 'host:8080', '--src', '203.0.113.8', '--sport', '1024'];
    expect(await printed(page)).toBe(cli('-s', HOST, ...asked, '--what-if', rule, '--no-color'));
    expect(await textOf(page, '.supposing')).toBe(`Supposing: ${rule}`);
    await page.evaluate('location.hash = ""');
    await page.click('.question > button');
    expect(await page.evaluate('location.hash')).toBe(link);
    await page.evaluate('location.hash = "#from=internet&to=host:8080&proto=tcp"');
    await page.waitForFunction('document.querySelector(".supposing") === null');
    expect(await textOf(page, '#verdict')).toMatch(/^timeout/);
  });

  it('is used by keyboard alone: question, places of files, views, cells, findings, map', async () => {
    const { page } = await openFile(browser, at('host.html'));
    await tabTo(page, '#from');
    await page.keyboard.type('web → both:80');
    await page.keyboard.press('Enter');
    expect(await printed(page)).toBe(cli('-s', HOST, '--from', 'web', '--to', 'both:80', '--no-color'));
    expect(await page.evaluate('[location.hash, document.activeElement.id]')).toEqual(['#from=web&to=both:80', 'verdict']);
    await tabTo(page, '.stage .place-link');
    const place = await page.evaluate('document.activeElement.textContent');
    await page.keyboard.press('Enter');
    expect(await textOf(page, '.source h3')).toBe(place);
    await page.focus('#from');
    await tabTo(page, '[role=tab]');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await tabTo(page, 'td.open .reach');
    await page.keyboard.press('Enter');
    await page.waitForFunction('document.activeElement.id === "verdict"');
    await page.focus('#from');
    await tabTo(page, '.pin-link');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#view-findings:not([hidden]) .finding');
    await tabTo(page, '.finding summary');
    await page.keyboard.press('Space');
    expect(await eachOf(page, '.finding', 'one.open')).toContain(true);
    await page.evaluate('document.querySelector("#from").value = ""');
    await page.focus('#from');
    await tabTo(page, '.place[role=button]');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.querySelector("#from").value')).toBe('host');
  });

  it('is asked by the map: who, then whom', async () => {
    const { page } = await openFile(browser, at('host.html'));
    await page.evaluate('document.querySelector(\'.place[tabindex="0"]\').focus()');
    await page.keyboard.press('Enter');
    await page.click('.place[data-ask="web"]');
    await page.waitForSelector('#verdict');
    expect(await page.evaluate('location.hash')).toBe('#from=internet&to=web');
  });

  it('shows on the map who is being typed: by the whole name, its beginning, or a part', async () => {
    const { page } = await openFile(browser, at('host.html'));
    const found = (typed: string): Promise<unknown> =>
      page
        .evaluate(
          `{ const field = document.querySelector('#from'); field.value = ${JSON.stringify(typed)}; field.dispatchEvent(new Event('input')); }`,
        )
        .then(() => eachOf(page, '.place.found', 'one.dataset.ask'));
    expect([await found('web'), await found('Q'), await found('cre'), await found('nobody'), await found('')]).toEqual([
      ['web'],
      ['q1', 'q2'],
      ['secret'],
      [],
      [],
    ]);
    await page.close();
  });

  it('pins findings where they are, and shows those of a place', async () => {
    const { page } = await openFile(browser, at('host.html'));
    await page.waitForSelector('.pin-link');
    const counts = await eachOf(page, '.pin', '[one.parentNode.dataset.ask ?? one.parentNode.dataset.node, one.textContent]');
    // JSON.parse gives what the command's own schema says
    const { findings } = JSON.parse(cli('audit', '-s', HOST, '--format', 'json', '--fail-on', 'none')) as {
      findings: { title: string; objects: { container?: string }[] }[];
    };
    const ofWeb = findings.filter(({ objects }) => objects.some(({ container }) => container === 'web')).map(({ title }) => title);
    expect(counts).toContainEqual(['web', String(ofWeb.length)]);
    await page.evaluate('[...document.querySelectorAll(".pin-link")].find((one) => one.textContent.startsWith("web:")).click()');
    const shown = await eachOf(page, '.finding summary', 'one.childNodes[2].textContent');
    expect([...(shown as string[])].sort()).toEqual([...ofWeb].sort());
  });

  it.each([
    ['#from=nobody&to=web:80', /nobody/],
    ['#from=web&to=host:80&sport=70000', /source port/],
    ['#from=web&to=host:80&suppose=rm%20-rf%20/', /it begins with iptables/],
  ])('says what is wrong with %s', async (hash, message) => {
    const { page, errors } = await openFile(browser, at('host.html'), WIDE, hash);
    await page.waitForSelector('[role=alert]');
    expect([await textOf(page, '[role=alert]'), errors]).toEqual([expect.stringMatching(message), []]);
  });

  it('supposes a command, tells what it closes, and answers of the host after it', async () => {
    const { page } = await openFile(browser, at('host.html'));
    await openView(page, 'what-if');
    await page.type('#what-if', 'iptables -I DOCKER-USER 1 -j DROP');
    await page.click('#view-what-if .actions button');
    await page.waitForSelector('.change.closed');
    await page.click('.change.closed .place-link');
    await page.waitForSelector('#verdict');
    expect(await textOf(page, '.supposing')).toBe('Supposing: iptables -I DOCKER-USER 1 -j DROP');
    expect(await page.evaluate('location.hash')).toMatch(/&suppose=iptables%20-I%20DOCKER-USER/);
  });

  it('without a host takes a paste, and explores it', async () => {
    const { page, requests } = await openFile(browser, at('blank.html'));
    expect(await violationsOf(page)).toEqual([]);
    await page.type('#paste', '# iptables-save\n*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n');
    await page.click('button.primary');
    await page.waitForSelector('.question');
    expect(requests).toEqual([]);
  });

  it('without a host says why what it was given is none', async () => {
    const { page } = await openFile(browser, at('blank.html'));
    const notes = at('notes.txt');
    writeFileSync(notes, 'nothing of a host\n');
    await choose(page, 'input#files', notes);
    await page.waitForSelector('[role=alert]');
    expect(await textOf(page, '[role=alert]')).toMatch(/holds no listing that is known/);
  });

  it.each(['host', 'big5', 'big65', 'big200'])(
    '%s has no violation, and nothing beside the screen, at both widths and in both themes',
    async (name) => {
      const hash = name === 'host' ? '#from=internet&to=host:8080' : '#from=app-1&to=app-2:8000';
      const { page, errors } = await openFile(browser, at(`${name}.html`), WIDE, hash);
      await page.waitForSelector('#verdict');
      // large tables take axe long: their parts are those of small ones
      const views = name === 'host' ? VIEWS : ['path'];
      for (const view of views) {
        await openView(page, view);
        const looks = name === 'host' && ['path', 'matrix'].includes(view) ? LOOKS : [LOOKS[0]!, LOOKS[3]!];
        for (const look of name.startsWith('big') && name !== 'big200' ? LOOKS : looks) {
          await lookAt(page, look);
          expect([view, look, await violationsOf(page)]).toEqual([view, look, []]);
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(look.width);
        }
      }
      expect(errors).toEqual([]);
      if (name !== 'host') expect(await eachOf(page, '.place[data-node^="netns "]', '1')).toHaveLength(Number(name.slice(3)));
    },
    60_000,
  );
});

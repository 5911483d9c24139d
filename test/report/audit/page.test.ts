import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditMachine } from '../../../src/audit/engine.js';
import { createMachine } from '../../../src/datapath/index.js';
import type { Audit } from '../../../src/model/audit.js';
import { report } from '../../../src/report/audit/html.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { writeBigHost } from '../../bench/big-host.mjs';
import { RULES } from '../../audit/hosts.js';
import { eachOf, hasBrowser, openFile, startBrowser, textOf, violationsOf } from '../../explorer/browser.js';

const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-page-'));
const OPTIONS = { color: false, version: '0.0.0', root: '' };

async function auditOf(snapshot: string): Promise<Audit> {
  return auditMachine(createMachine(await loadSnapshot(snapshot)), RULES).audit;
}

function pageOf(name: string, audit: Audit): string {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, [...report(audit, OPTIONS)].join(''));
  return file;
}

const LOOKS = [
  { width: 1280, theme: 'light' },
  { width: 1280, theme: 'dark' },
  { width: 390, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const;

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.skipIf(!hasBrowser)('the page of an audit', () => {
  let browser: Browser;
  let policy: Audit;
  const pages = new Map<string, string>();
  beforeAll(async () => {
    browser = await startBrowser();
    writeBigHost(join(folder, 'big'), { containers: 65, ports: 1, networks: 4 });
    policy = await auditOf('fixtures/hosts/docker28-policy');
    pages.set('5 containers', pageOf('policy', policy));
    pages.set('65 containers', pageOf('big-65', await auditOf(join(folder, 'big'))));
  });
  afterAll(async () => {
    await browser.close();
  });

  it.each([
    ...LOOKS.map((look) => ({ name: '5 containers', ...look })),
    ...LOOKS.slice(1, 3).map((look) => ({ name: '65 containers', ...look })),
  ])(
    '$name at $width pixels, $theme: no violation, asks nobody, nothing beside the screen, a few screens high',
    async ({ name, ...look }) => {
      const { page, requests, errors } = await openFile(browser, pages.get(name) ?? '', look);
      expect([await violationsOf(page), requests, errors]).toEqual([[], [], []]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(await page.evaluate('document.documentElement.scrollHeight < 900 * 8')).toBe(true);
      await page.close();
    },
  );

  it.each([
    ['5 containers', 4],
    ['65 containers', 4],
  ] as const)('%s print on %i pages or fewer', async (name, most) => {
    const { page } = await openFile(browser, pages.get(name) ?? '', LOOKS[0]);
    const pdf = Buffer.from(await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeLessThanOrEqual(most);
    await page.close();
  });

  it('says in its head which version and rules, from when, and what is lacking; then how bad it is, and what is exposed to whom', async () => {
    const { page } = await openFile(browser, pages.get('5 containers') ?? '', LOOKS[0]);
    expect(await eachOf(page, 'header li', 'one.textContent')).toEqual([
      'Snapshot of an unknown time',
      'Snapshot complete',
      'Linux 6.18.44-fc-v595',
      'Docker 28.5',
      expect.stringMatching(/^dtrace-path 0\.0\.0, \d+ rules \([0-9a-f]{8}\)$/),
    ]);
    expect([await textOf(page, '.verdict'), await eachOf(page, '.doors .red li b', 'one.textContent')]).toEqual([
      '2 findings to act on now, 4 to look at after that.',
      ['host:22/tcp', 'q1:80/tcp', 'web:80/tcp'],
    ]);
    const lacking = await openFile(browser, pages.get('65 containers') ?? '', LOOKS[0]);
    expect(await textOf(lacking.page, '.lacking')).toBe(
      'Snapshot incomplete: 247 listings missing, 179 files not understood in full, 31 rules undetermined',
    );
    await Promise.all([page.close(), lacking.page.close()]);
  });

  it('opens what is to be acted on and folds the rest; a link of the summary opens what it leads to', async () => {
    const { page } = await openFile(browser, pages.get('5 containers') ?? '', LOOKS[0]);
    const open = 'one.querySelector("details").open';
    expect(await eachOf(page, '.finding', open)).toEqual([true, true, false, false, false, false]);
    await page.click('#summary tr.info a');
    expect(await eachOf(page, '.finding', open)).toEqual([true, true, false, false, false, true]);
    await page.close();
  });

  it('finds a container among 65, unfolds it, and lets all go again; severities are hidden without script', async () => {
    const { page } = await openFile(browser, pages.get('65 containers') ?? '', LOOKS[0]);
    await page.type('input[type=search]', 'app-63 10063');
    // the one object, and what became of the way to it, of the finding that opens and of that which only tells
    const found = ['app-63 10063/tcp', 'connected'];
    expect(
      await eachOf(page, '.finding:not([hidden]) .objects li:not([hidden]) b', 'one.offsetParent === null ? "" : one.textContent'),
    ).toEqual([...found, ...found]);
    expect(await textOf(page, '.find output')).toBe('3 of 73');
    await page.evaluate('(f => { f.value = ""; f.dispatchEvent(new Event("input")); })(document.querySelector("input[type=search]"))');
    expect(await eachOf(page, '[data-find][hidden], .objects li[hidden]', '1')).toEqual([]);
    await page.click('#f-medium');
    expect(await eachOf(page, '.finding.medium', 'getComputedStyle(one).display')).toEqual(['none', 'none', 'none', 'none']);
    await page.close();
  });

  it('is whole without script', async () => {
    const page = await browser.newPage();
    await page.setJavaScriptEnabled(false);
    await page.goto(`file://${pages.get('5 containers') ?? ''}`);
    const shown = await page.$$eval('.finding', (all) => all.length);
    const hidden = await page.$$eval('.find label[hidden]', (all) => all.length);
    expect([shown, hidden]).toEqual([6, 1]);
    await page.close();
  });

  it('puts first and opens what the baseline lacks', async () => {
    const findings = policy.findings.map((finding, index) => ({ ...finding, isNew: index === 3 }));
    const { page } = await openFile(browser, pageOf('new', { ...policy, findings }), LOOKS[0]);
    expect(await eachOf(page, '.finding', '[one.querySelector(".mark").textContent, one.querySelector("details").open]')).toEqual([
      ['new', true],
      ...Array.from({ length: 5 }, () => ['known', false]),
    ]);
    await page.close();
  });
});

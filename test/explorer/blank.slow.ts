import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import type { Browser } from 'puppeteer-core';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choose, cli, eachOf, hasBrowser, openFile, openView, printed, startBrowser, textOf, violationsOf } from './browser.js';

const SNAPSHOT = fileURLToPath(new URL('../../fixtures/captures/docker20/snapshot', import.meta.url));
const CAPTURE = fileURLToPath(new URL('../../fixtures/captures/docker20/flows/web-out-ping/web.pcap', import.meta.url));
const BUNDLE = fileURLToPath(new URL('../../fixtures/bundles/docker28-policy', import.meta.url));

type Files = Readonly<Record<string, Uint8Array>>;

function filesOf(folder: string, under: string): Files {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    paths.map(({ parentPath, name }) => [
      `${under}/${relative(folder, join(parentPath, name))}`,
      new Uint8Array(readFileSync(join(parentPath, name))),
    ]),
  );
}

async function tarOf(files: Files, hostile: readonly string[] = []): Promise<Buffer> {
  const tar = pack();
  for (const [name, bytes] of Object.entries(files)) tar.entry({ name }, Buffer.from(bytes));
  for (const name of hostile) tar.entry({ name }, 'never read');
  tar.entry({ name: 'h1/host/link.txt', type: 'symlink', linkname: '/etc/passwd' });
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** @returns what a program packs; undefined where it is not installed. */
function packed(program: string, bytes: Buffer): Buffer | undefined {
  const { status, stdout } = spawnSync(program, ['-c'], { input: bytes, maxBuffer: 2 ** 26 });
  return status === 0 ? stdout : undefined;
}

describe.skipIf(!hasBrowser)('the empty page', () => {
  let browser: Browser;
  let folder = '';
  let files: Files;
  const at = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dtrace-path-page-'));
    cli('explore', '--blank', '-o', at('blank.html'));
    writeFileSync(at('link.tar'), await tarOf(filesOf(SNAPSHOT, 'h1')));
    files = { ...filesOf(SNAPSHOT, 'h1'), 'h1/captures/web/eth0.pcap': new Uint8Array(readFileSync(CAPTURE)) };
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  const kinds: readonly (readonly [string, () => Promise<Buffer | undefined>])[] = [
    ['tar', () => tarOf(files)],
    ['tar.gz', async () => gzipSync(await tarOf(files))],
    ['tar.xz', async () => packed('xz', await tarOf(files))],
    ['tar.zst', async () => packed('zstd', await tarOf(files))],
    ['zip', () => Promise.resolve(Buffer.from(zipSync(files)))],
  ];
  it.each(kinds)('takes a .%s, answers as the command does, and reads the capture in it', async (kind, make) => {
    const bytes = await make();
    if (bytes === undefined) return;
    writeFileSync(at(`h.${kind}`), bytes);
    const { page, requests, errors } = await openFile(browser, at('blank.html'));
    await choose(page, '#files', at(`h.${kind}`));
    await page.waitForSelector('.question');
    await page.evaluate('location.hash = "#from=web&to=203.0.113.8"');
    await page.waitForSelector('.evidence.partly, .evidence.confirmed');
    // a tar of ours holds a link as well, which both name; a zip does not
    const given = kind === 'zip' ? SNAPSHOT : at('link.tar');
    const told = cli('-s', given, '--pcap', `web:eth0=${CAPTURE}`, '--from', 'web', '--to', '203.0.113.8', '--no-color');
    // the page names the capture by its place in the archive
    expect(await printed(page)).toBe(told.replaceAll(CAPTURE, 'captures/web/eth0.pcap'));
    expect([requests, errors]).toEqual([[], []]);
  });

  it.each(['sos', 'supportconfig'])('takes a support bundle: %s', async (kind) => {
    writeFileSync(at('bundle.tar.gz'), gzipSync(await tarOf(filesOf(join(BUNDLE, kind), 'bundle'))));
    const { page } = await openFile(browser, at('blank.html'));
    await choose(page, '#files', at('bundle.tar.gz'));
    await page.waitForSelector('.question');
    expect(await eachOf(page, '.place', 'one.dataset.node')).toContain('host');
    expect(await violationsOf(page)).toEqual([]);
  });

  it('leaves what leads out of an archive, and links, and says so', async () => {
    writeFileSync(at('evil.tar'), await tarOf(files, ['../../etc/passwd', '/etc/shadow', 'h1/host/../../../x']));
    const { page } = await openFile(browser, at('blank.html'));
    await choose(page, '#files', at('evil.tar'));
    await page.waitForSelector('.question');
    await openView(page, 'read');
    const told = await textOf(page, '#view-read');
    expect(told).toMatch(/a path that leads out of the snapshot/);
    expect(told).toMatch(/a symlink in the archive/);
    expect(told).not.toMatch(/never read/);
  });

  it.each([
    ['bomb.gz', (): Buffer => gzipSync(Buffer.alloc(2 ** 27))],
    ['bomb.zip', (): Buffer => Buffer.from(zipSync({ 'a.txt': new Uint8Array(2 ** 25) }))],
    ['cut.tar.gz', (): Buffer => gzipSync(Buffer.from('ustar'.repeat(4000))).subarray(0, 60)],
    ['cut.zip', (): Buffer => Buffer.from(zipSync({ 'a.txt': new Uint8Array(9) })).subarray(0, 40)],
  ])('%s is given up, and the page goes on', async (name, make) => {
    writeFileSync(at(name), make());
    const { page, errors } = await openFile(browser, at('blank.html'));
    await choose(page, '#files', at(name));
    await page.waitForSelector('[role=alert]');
    expect(await textOf(page, '[role=alert]')).toMatch(/too large|cannot be read/);
    await page.type('#paste', '# iptables-save\n*filter\n:INPUT DROP [0:0]\nCOMMIT\n');
    await page.click('button.primary');
    await page.waitForSelector('.question');
    expect(errors).toEqual([]);
  });
});

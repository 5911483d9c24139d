import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { Browser, ElementHandle, Page, SerializedAXNode } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whatIf } from '../../src/change/index.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import type { Host } from '../../src/model/host.js';
import type { Trace } from '../../src/model/trace.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { escapeTerminal } from '../../src/report/escape.js';
import { sectionsOf } from '../../src/report/trace/stages.js';
import { place } from '../../src/report/words.js';
import { cli, hasBrowser, openFile, startBrowser } from './browser.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
/** Recorded hosts of every kind: rules of iptables, rules of nft, podman's, and hosts as people wrote them down. */
const KINDS = ['hosts', 'nft-hosts', 'podman-hosts', 'written-hosts'];
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
/** DTRACE_EXPLORER=N asks N questions of every recorded host; else there are three of some. */
const ASKED = process.env['DTRACE_EXPLORER'];
const COUNT = Number(ASKED ?? '3');
const SOME = ['hosts/docker28-policy', 'hosts/modes28', 'hosts/swarm20', 'hosts/ufw20', 'nft-hosts/nft-hostfw', 'podman-hosts/podman5'];
const HOST_NAMES =
  ASKED === undefined ? SOME : KINDS.flatMap((kind) => readdirSync(join(FIXTURES, kind)).map((name) => `${kind}/${name}`)).sort();
/** What is supposed to have been run before every other question. */
const SUPPOSED = [
  'iptables -I FORWARD -p tcp --dport 80 -j REJECT',
  'iptables -t nat -I PREROUTING -p tcp --dport 9090 -j REDIRECT --to-ports 22',
  'ip route add blackhole 8.8.8.8/32',
  'iptables -I INPUT -s 172.16.0.0/12 -j DROP',
];
const SEED = Number(process.env['DTRACE_SEED'] ?? '22');
const ADDRESSES = ['8.8.8.8', '203.0.113.8', '198.51.100.10', '172.17.0.2', '172.17.0.1', '127.0.0.1', '2001:db8::8', '169.254.169.254'];
const PORTS = [80, 443, 53, 22, 8080, 5432, 6379, 9090, 65535];

interface Flow {
  readonly from: string;
  readonly to: string;
  readonly proto: 'tcp' | 'udp' | 'icmp';
  readonly dport?: number;
  readonly sport?: number;
}

/** What is read out of a node and all below it, in order, without the numbers of lists. */
function spoken(node: SerializedAXNode): readonly string[] {
  if (node.role === 'ListMarker') return [];
  if (node.role === 'StaticText' || node.role === 'button') return [(node.name ?? '').trim()];
  return (node.children ?? []).flatMap(spoken);
}

/** The same text that the page's hops are made of, by the command's own answer. */
function told(trace: Trace): readonly string[] {
  const lines = sectionsOf(trace, false).flatMap(({ stages }) =>
    stages.flatMap(({ netns, title, lines: below }) => [
      netns,
      title,
      ...below.flatMap(({ text, origin }) => [text, ...(origin === undefined ? [] : [place(origin)])]),
    ]),
  );
  return lines.map((line) => escapeTerminal(line).trim()).filter((line) => line !== '');
}

async function hops(page: Page): Promise<readonly string[]> {
  // what is folded is not read out: a person opens it first
  await page.evaluate('document.querySelectorAll(".answer details").forEach((one) => (one.open = true))');
  const lists = await page.$$('.answer .stages');
  const read: string[] = [];
  for (const list of lists) read.push(...(await spokenIn(page, list)));
  return read.filter((text) => text !== '');
}

async function spokenIn(page: Page, root: ElementHandle): Promise<readonly string[]> {
  const tree = await page.accessibility.snapshot({ root, interestingOnly: false });
  return tree === null ? [] : spoken(tree);
}

function flowsOf(names: readonly string[], seed: number): readonly Flow[] {
  const inside = names.filter((name) => name !== 'internet');
  const from = fc.constantFrom(...names);
  const to = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...inside) }, { weight: 2, arbitrary: fc.constantFrom(...ADDRESSES) });
  const echo = fc.record({ from, to, proto: fc.constant('icmp' as const) });
  const proto = fc.constantFrom('tcp' as const, 'tcp' as const, 'udp' as const);
  const ported = fc.record(
    { from, to, proto, dport: fc.constantFrom(...PORTS), sport: fc.integer({ min: 1024, max: 65535 }) },
    { requiredKeys: ['from', 'to', 'proto', 'dport'] },
  );
  return fc.sample<Flow>(fc.oneof({ weight: 1, arbitrary: echo }, { weight: 4, arbitrary: ported }), { seed, numRuns: COUNT });
}

function linkOf({ from, to, proto, dport, sport }: Flow, suppose: readonly string[]): string {
  const end = dport === undefined ? to : `${to.includes(':') ? `[${to}]` : to}:${dport}`;
  return `#from=${encodeURIComponent(from)}&to=${encodeURIComponent(end)}&proto=${proto}${sport === undefined ? '' : `&sport=${sport}`}${suppose.map((command) => `&suppose=${encodeURIComponent(command)}`).join('')}`;
}

/** What is supposed before a question: nothing, or one command. */
function supposedBefore(i: number): readonly string[] {
  return i % 2 === 0 ? [] : SUPPOSED.slice(Math.floor(i / 2) % SUPPOSED.length).slice(0, 1);
}

describe.skipIf(!hasBrowser)(`the page answers as the command does, hop by hop, as it is read out (seed ${SEED})`, () => {
  let browser: Browser;
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dtrace-path-page-'));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** What the command prints, and what the library tells whole: rules that the command folds are left out of its JSON. */
  function answersOf(host: string, snapshot: Host, flow: Flow, suppose: readonly string[]): readonly [Trace, Trace] {
    writeFileSync(join(folder, 'flow'), JSON.stringify(flow));
    const words = suppose.flatMap((command) => ['--what-if', command]);
    const args = [CLI, '-s', host, '--flows', join(folder, 'flow'), '--format', 'ndjson', ...words];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
    return [JSON.parse(stdout.trim()) as Trace, traceFlow(createMachine(whatIf(snapshot, suppose)), flow)];
  }

  it.each(HOST_NAMES)('%s', async (name) => {
    const host = join(FIXTURES, name);
    const file = join(folder, `${basename(name)}.html`);
    cli('explore', host, '-o', file);
    const { page } = await openFile(browser, file);
    const snapshot = await loadSnapshot(host);
    const names = (await page.evaluate(
      '[...new Set([...document.querySelectorAll("[data-ask]")].map((one) => one.dataset.ask))]',
    )) as string[];
    for (const [i, flow] of flowsOf(names, SEED + name.length * 1000 + name.charCodeAt(name.length - 1)).entries()) {
      const suppose = supposedBefore(i);
      const [printed, whole] = answersOf(host, snapshot, flow, suppose);
      const link = linkOf(flow, suppose);
      await page.evaluate(`location.hash = ${JSON.stringify(link)}`);
      await page.waitForFunction(
        `document.activeElement.id === 'verdict' && decodeURIComponent(location.hash) === ${JSON.stringify(decodeURIComponent(link))}`,
      );
      const heading = await page.evaluate('document.querySelector("#verdict strong").textContent');
      expect([flow, suppose, heading, whole.outcome, await hops(page)]).toEqual([
        flow,
        suppose,
        printed.outcome,
        printed.outcome,
        told(whole),
      ]);
      await page.evaluate('document.activeElement.blur()');
    }
    await page.close();
  });
});

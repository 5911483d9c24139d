import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditMachine } from '../../src/audit/engine.js';
import { fleetHost } from '../../src/commands/audit/worker.js';
import { createMachine } from '../../src/datapath/index.js';
import type { Fleet, FleetHost } from '../../src/model/fleet.js';
import { report } from '../../src/report/fleet/html.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { RULES } from '../audit/hosts.js';
import { eachOf, hasBrowser, openFile, startBrowser, violationsOf } from '../explorer/browser.js';

async function hostOf(name: string): Promise<FleetHost> {
  const { audit } = auditMachine(createMachine(await loadSnapshot(`fixtures/hosts/${name}`)), RULES);
  return fleetHost(name, audit, { pieces: [], version: '0', root: '' });
}

const [policy, bridge] = [await hostOf('docker28-policy'), await hostOf('docker20-bridge')];
const torn: FleetHost = { ...policy, name: 'torn', findings: [], exposures: [], problem: 'no archive <b>' };
const dark: FleetHost = {
  ...policy,
  name: 'dark',
  findings: [],
  exposures: [],
  undetermined: [{ rule: 'docker-api-exposed', title: 'The Docker API', severity: 'critical', reasons: [], lacking: [] }],
};
const fleet: Fleet = { format: 'dtrace-path-fleet/1', hosts: [bridge, dark, policy, torn] };

describe.skipIf(!hasBrowser)('the page of a fleet', () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-fleet-'));
  const file = join(folder, 'fleet.html');
  beforeAll(async () => {
    browser = await startBrowser();
    writeFileSync(file, report(fleet, { color: false, version: '0.0.0', root: '' }));
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    { width: 1280, theme: 'light' },
    { width: 1280, theme: 'dark' },
    { width: 390, theme: 'light' },
    { width: 390, theme: 'dark' },
  ] as const)('has no violation, asks nobody, and nothing beside the screen, at $width pixels, $theme', async (look) => {
    const { page, requests, errors } = await openFile(browser, file, look);
    expect([await violationsOf(page), requests, errors]).toEqual([[], [], []]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.close();
  });

  it('shows hosts by severities: what is not known first, then the worst, and where more may be', async () => {
    const { page } = await openFile(browser, file, { width: 1280, theme: 'light' });
    expect(await eachOf(page, '.grid tr', '[...one.children].map((cell) => cell.textContent)')).toEqual([
      ['Host', 'critical', 'high', 'medium', 'low', 'info', 'doors from outside', 'undetermined'],
      ['torn', 'not audited: no archive <b>'],
      ['docker20-bridge', '1', '1', '2', '2', '2', '15', '0'],
      ['dark', '?', '0', '0', '0', '0', '0', '1'],
      ['docker28-policy', '0', '2', '2', '1', '1', '5', '0'],
    ]);
    await page.close();
  });
});

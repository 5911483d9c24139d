import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Verification } from '../../src/model/verification.js';
import { whyNoTwin } from './machine.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(ROOT, 'dist/cli.js');
const LONG = 'a-name-longer-than-an-interface-may-have';

const why = await whyNoTwin();
if (why !== undefined) process.stdout.write(`containers that only docker inspect shows are not rebuilt: ${why}\n`);

let snapshot = '';
beforeEach(() => {
  snapshot = mkdtempSync(join(tmpdir(), 'dtrace-path-inspected-'));
});
afterEach(() => {
  rmSync(snapshot, { recursive: true });
});

/** A recorded host as a few commands of its own tell it: of the containers only what docker inspect says. */
function withoutContainers(name: string): void {
  cpSync(join(ROOT, 'fixtures/hosts', name), snapshot, { recursive: true });
  rmSync(join(snapshot, 'netns'), { recursive: true });
  const containers = join(snapshot, 'docker/containers.json');
  writeFileSync(containers, readFileSync(containers, 'utf8').replaceAll('"/web"', `"/${LONG}"`));
  // so that no port of a bridge is known to lead to a container
  const fdb = readdirSync(join(snapshot, 'host')).filter((file) => file.startsWith('bridge-fdb'));
  for (const file of fdb) rmSync(join(snapshot, 'host', file));
}

describe.skipIf(why !== undefined)('containers that only docker inspect shows', () => {
  it.each(['docker20-bridge', 'docker28-bridge'])('%s: are rebuilt as the datapath takes them', (name) => {
    withoutContainers(name);
    const flows = join(snapshot, 'flows.ndjson');
    const asked = [LONG, 'app', 'db'].flatMap((from) => [
      { from, to: '8.8.8.8', proto: 'tcp', dport: 443 },
      { from, to: '198.51.100.77', proto: 'icmp' },
    ]);
    writeFileSync(flows, asked.map((flow) => JSON.stringify(flow)).join('\n'));
    const words = [CLI, 'verify', '--snapshot', snapshot, '--flows', flows, '--format', 'json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    const told = status === 2 ? stderr : (JSON.parse(stdout) as Verification);
    expect(told).toMatchObject({ agrees: true, untried: [], gaps: [] });
    if (typeof told !== 'string') expect(told.flows).toHaveLength(asked.length);
  });
});

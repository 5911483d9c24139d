import { cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerAudit } from '../../src/commands/audit/audit.js';
import type { Audit, CapturedUse } from '../../src/model/audit.js';
import { AUDIT_REPORTS } from '../../src/report/audit/index.js';

const CAPTURES = fileURLToPath(new URL('../../fixtures/captures/docker20/', import.meta.url));

async function audit(snapshot: string, ...args: readonly string[]): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'used-')), 'report');
  const program = new Command().exitOverride();
  registerAudit(program);
  await program.parseAsync(['audit', '--snapshot', snapshot, '--fail-on', 'none', '-f', 'json', '-o', file, ...args], { from: 'user' });
  return readFileSync(file, 'utf8');
}

function told(used: CapturedUse | undefined): string {
  return used === undefined
    ? 'no captures'
    : `${used.status} ${used.answered}/${used.flows} ${used.example?.client.replace(/:\d+$/, '') ?? ''}`.trim();
}

/** What captures say of a published port, of the same container at its own address, and of the finding. */
async function useOf(snapshot: string, ...args: readonly string[]): Promise<unknown> {
  const { exposures, findings } = JSON.parse(await audit(snapshot, ...args)) as Audit;
  const at = (door: string): string => told(exposures.find((e) => e.at === door)?.used);
  const finding = findings.find((f) => f.rule === 'published-to-all' && f.severity === 'medium');
  return { published: at('198.51.100.10:8080'), direct: at('172.17.0.2:80'), finding: told(finding?.used) };
}

// what was written, and what the gate decides, is said on standard error
beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** JSON tells commands as text; reports want words. */
function withWords(json: string): Audit {
  return JSON.parse(json, (key, value: unknown) => (key === 'commands' ? [{ words: ['true'] }] : value)) as Audit;
}

describe('captures beside an audit', () => {
  it.each([
    ['in-published', { published: 'seen 1/1 198.51.100.1', direct: 'not-seen 0/0', finding: 'seen 1/1 198.51.100.1' }],
    ['host-own-published', { published: 'not-seen 0/0', direct: 'not-seen 0/0', finding: 'not-seen 0/0' }],
    ['web-out-tcp', { published: 'not-seen 0/0', direct: 'not-seen 0/0', finding: 'not-seen 0/0' }],
  ])('%s: only what an outside machine used by that door counts', async (flow, expected) => {
    expect(await useOf(`${CAPTURES}snapshot`, '--pcap', `host:any=${CAPTURES}flows/${flow}/host.pcap`)).toEqual(expected);
  });

  it('takes the captures of the snapshot, unless it is told not to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'used-snapshot-'));
    cpSync(`${CAPTURES}snapshot`, folder, { recursive: true });
    mkdirSync(join(folder, 'captures/host'), { recursive: true });
    cpSync(`${CAPTURES}flows/in-published/host.pcap`, join(folder, 'captures/host/any.pcap'));
    const seen = { published: 'seen 1/1 198.51.100.1', direct: 'not-seen 0/0', finding: 'seen 1/1 198.51.100.1' };
    const none = { published: 'no captures', direct: 'no captures', finding: 'no captures' };
    expect([await useOf(folder), await useOf(folder, '--no-captures')]).toEqual([seen, none]);
  });

  it('is said in every format', async () => {
    const json = await audit(`${CAPTURES}snapshot`, '--pcap', `host:any=${CAPTURES}flows/in-published/host.pcap`);
    const silent = [];
    for (const [format, load] of AUDIT_REPORTS) {
      const text = [...(await load())(withWords(json), { color: false, version: '0', root: '' })].join('');
      if (!/In use: the captures show 1 conversation|"status": "seen"/.test(text)) silent.push(format);
    }
    expect(silent).toEqual([]);
  });
});

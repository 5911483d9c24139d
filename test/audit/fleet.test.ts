import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { Command } from 'commander';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerAudit } from '../../src/commands/audit/audit.js';
import type { Fleet } from '../../src/model/fleet.js';
import { hasJudge, judged } from '../report/judges.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const EVIL = '<b>|\u202e';

let folder: string;

/** Three hosts, one of a hostile name, a folder that is no snapshot and an archive that is none. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  for (const [name, as] of [
    ['docker28-policy', 'b'],
    ['docker28-dual', 'a'],
    ['docker20-bridge', EVIL],
  ] as const)
    cpSync(`${root}fixtures/hosts/${name}`, join(folder, as), { recursive: true });
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'torn.tgz'), 'no archive');
  writeFileSync(join(folder, 'README.txt'), 'is left alone');
});

// what was written, and what the gate decides, is said on standard error
beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

async function audit(...args: readonly string[]): Promise<number> {
  const program = new Command().exitOverride();
  registerAudit(program);
  await program.parseAsync(['audit', '--fleet', folder, '--today', '2026-11-21', ...args], { from: 'user' });
  return Number(process.exitCode ?? 0);
}

async function written(format: string, ...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  const file = join(mkdtempSync(join(tmpdir(), 'fleet-out-')), 'report');
  const code = await audit('-f', format, '-o', file, ...args);
  return { code, text: readFileSync(file, 'utf8') };
}

describe('audit --fleet', () => {
  it('audits what it can, and tells what it cannot', async () => {
    const { code, text } = await written('json');
    const fleet = JSON.parse(text) as Fleet;
    expect({
      code,
      hosts: fleet.hosts.map((h) => [h.name, h.findings.length > 0, h.problem?.replace(folder, '')]),
    }).toEqual({
      code: 1,
      hosts: [
        [EVIL, true, undefined],
        ['a', true, undefined],
        ['b', true, undefined],
        ['empty', false, '/empty: holds no files. Give the folder that holds host/ and docker/'],
        ['torn.tgz', false, expect.stringMatching(/^\/torn\.tgz: holds no listing that is known\. Give what commands such as/)],
      ],
    });
  });

  it.each([
    ['low', 1],
    ['none', 2],
  ])('with --fail-on %s ends with %i: what could not be audited has not passed', async (failOn, expected) => {
    expect((await written('md', '--fail-on', failOn)).code).toBe(expected);
  });

  it.each([['text'], ['md'], ['sarif'], ['junit'], ['github'], ['json']])(
    'gives %s, the same bytes each time, without an active character',
    async (format) => {
      const { text } = await written(format);
      expect(text).toBe((await written(format)).text);
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/u);
      expect(['md', 'junit'].includes(format) && text.includes('<b>')).toBe(false);
    },
  );

  it.runIf(hasJudge('junit'))('gives JUnit that is valid', async () => expect(judged('junit', (await written('junit')).text)).toBe(''));

  it('gives SARIF of one run, valid, each result of its own host', async () => {
    const published = JSON.parse(readFileSync(`${root}test/report/sarif-2.1.0.schema.json`, 'utf8')) as Record<string, unknown>;
    const schema = Object.fromEntries(Object.entries(published).filter(([key]) => key !== '$schema' && key !== 'id'));
    const log = JSON.parse((await written('sarif')).text) as { runs: { results: { partialFingerprints: Record<string, string> }[] }[] };
    const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
    const prints = (log.runs[0]?.results ?? []).map((result) => result.partialFingerprints['dtracePathFinding/v1']);
    expect([validate(log), validate.errors, log.runs.length, new Set(prints).size]).toEqual([true, null, 1, prints.length]);
  });

  it('fails for what is new against its baseline only, host by host', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'fleet-base-')), 'known.json');
    await written('md', '--baseline', file, '--update-baseline');
    const second = await written('text', '--baseline', file);
    const known = JSON.parse(readFileSync(file, 'utf8')) as { findings: { host: string; rule: string }[] };
    const less = known.findings.filter((f) => f.host !== 'b' || f.rule !== 'ipv6-open');
    writeFileSync(file, JSON.stringify({ ...known, findings: less }));
    const third = await written('text', '--baseline', file);
    expect([second.code, third.code, third.text.match(/^ {2}.* \(new\): .*$/gm)]).toEqual([2, 1, ['  b (new): web 8080/tcp']]);
  });

  it('names suppressions that have expired, or that no host needs', async () => {
    const config = join(mkdtempSync(join(tmpdir(), 'fleet-config-')), 'c.yaml');
    const lines = [
      "{ rule: ipv6-open, reason: 'only b has it', expires: '2027-01-31' }",
      "{ rule: host-network, object: nobody, reason: gone, expires: '2027-01-31' }",
      "{ rule: rp-filter-off, reason: later, expires: '2026-01-31' }",
    ];
    writeFileSync(config, `audit:\n  suppress:\n${lines.map((line) => `    - ${line}\n`).join('')}`);
    const { text } = await written('text', '--config', config);
    const part = text.slice(text.indexOf('Suppressions to look at'), text.indexOf('\n\nHosts'));
    expect([part.split('\n'), text.includes('[ipv6-open]')]).toEqual([
      [
        'Suppressions to look at',
        '  rp-filter-off: expired on 2026-01-31 (later)',
        '  host-network nobody: matches nothing any more (gone)',
      ],
      false,
    ]);
  });

  it('refuses a folder without snapshots, and formats of single hosts', async () => {
    await expect(audit('-f', 'prom')).rejects.toThrow('no format prom for a fleet');
    await expect(audit('--snapshot', 'x')).rejects.toThrow('--fleet reads the snapshots of a folder');
    folder = join(folder, 'empty');
    await expect(audit()).rejects.toThrow('holds no snapshot');
    folder = join(folder, '..');
  });

  it.skipIf(!existsSync(`${root}dist/commands/audit/worker.js`))(
    'says the same from threads, without a bar where nobody watches',
    async () => {
      const args = ['audit', '--fleet', folder, '--today', '2026-11-21', '-f', 'json'];
      const { status, stdout, stderr } = spawnSync(process.execPath, [`${root}dist/cli.js`, ...args], {
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      });
      expect({ status, stderr, same: stdout === (await written('json')).text }).toEqual({
        status: 1,
        stderr: 'gate: FAILED, 4 at high or above; 2 of 5 hosts could not be audited\n',
        same: true,
      });
    },
  );
});

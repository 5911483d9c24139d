import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterEach, describe, expect, it } from 'vitest';
import { registerAudit } from '../../src/commands/audit/audit.js';

const SNAPSHOT = fileURLToPath(new URL('../../fixtures/hosts/docker28-bridge', import.meta.url));

/** Runs the command as the program would. @returns its exit code. */
async function audit(...args: readonly string[]): Promise<number> {
  const program = new Command().exitOverride();
  registerAudit(program);
  await program.parseAsync(['audit', '--snapshot', SNAPSHOT, ...args], { from: 'user' });
  return Number(process.exitCode ?? 0);
}

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'audit-'));
}

afterEach(() => {
  process.exitCode = 0;
});

describe('audit', () => {
  it('writes several reports, each in the format that its name or its --format tells', async () => {
    const out = folder();
    const code = await audit('-o', join(out, 'a.html'), '--format', 'sarif', '-o', join(out, 'b.out'), '-o', join(out, 'c.json'));
    const starts = readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8').slice(0, 28)]);
    expect({ code, starts }).toEqual({
      code: 1,
      starts: [
        ['a.html', '<!doctype html>\n<html lang="'],
        ['b.out', '{\n  "$schema": "https://json'],
        ['c.json', '{\n  "format": "dtrace-path-a'],
      ],
    });
  });

  it.each([
    ['critical', 1],
    ['none', 0],
  ])('fails from %s on with %i', async (failOn, code) => {
    expect(await audit('-o', join(folder(), 'a.json'), '--fail-on', failOn)).toBe(code);
  });

  it('fails for what the baseline lacks only', async () => {
    const out = folder();
    const baseline = join(out, 'known.json');
    const first = await audit('-o', join(out, 'a.json'), '--baseline', baseline, '--update-baseline');
    const known = JSON.parse(readFileSync(baseline, 'utf8')) as { findings: { rule: string }[] };
    const second = await audit('-o', join(out, 'b.json'), '--baseline', baseline);
    writeFileSync(baseline, JSON.stringify({ ...known, findings: known.findings.filter((f) => f.rule !== 'sensitive-service-exposed') }));
    const third = await audit('-o', join(out, 'c.json'), '--baseline', baseline);
    expect([first, second, third]).toEqual([0, 0, 1]);
  });

  it("takes rules of one's own and suppressions of a file", async () => {
    const out = folder();
    writeFileSync(
      join(out, 'no-ssh.json'),
      JSON.stringify({
        id: 'no-ssh',
        title: 'SSH is reached from outside',
        severity: 'medium',
        rationale: 'Ours is behind a gateway.',
        remedy: 'Close it.',
        references: [],
        check: { kind: 'path', from: ['internet'], to: { kind: ['host'], ports: [22] } },
      }),
    );
    writeFileSync(
      join(out, 'config.yaml'),
      'audit:\n  suppress:\n    - { rule: rp-filter-off, reason: asymmetric routes, expires: "2027-01-01" }\n',
    );
    await audit(
      '--rules',
      out,
      '--only',
      'no-ssh,rp-filter-off',
      '--config',
      join(out, 'config.yaml'),
      '--today',
      '2026-11-21',
      '--format',
      'json',
      '-o',
      join(out, 'a.out'),
    );
    const result = JSON.parse(readFileSync(join(out, 'a.out'), 'utf8')) as {
      findings: { rule: string; objects: { name: string }[] }[];
      suppressed: { rule: string }[];
    };
    expect([result.findings.map((f) => [f.rule, f.objects.map((o) => o.name)]), result.suppressed.map((s) => s.rule)]).toEqual([
      [['no-ssh', ['host 22/tcp']]],
      ['rp-filter-off'],
    ]);
  });

  it.each([
    ['a rule that there is not', ['--only', 'nope'], /no rule is called nope/],
    ['a file whose name tells no format', ['-o', 'x.foo'], /the name tells no format/],
    ['two reports for standard output', ['--format', 'md', '--format', 'json'], /two reports for standard output/],
    ['a baseline that is not there', ['--baseline', '/nowhere/b.json'], /write it first with --update-baseline/],
    ['a day that is none', ['--today', 'tomorrow'], /write a day as 2026-12-31/],
  ])('refuses %s', async (_, args, message) => {
    await expect(audit(...args)).rejects.toThrow(message);
  });
});

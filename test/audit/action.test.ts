import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: {
    readonly steps: readonly { readonly name: string; readonly run: string; readonly env?: Readonly<Record<string, string>> }[];
  };
}

const action = parse(readFileSync(`${root}action.yml`, 'utf8')) as Action;

/** Fills in `${{ … }}` as a runner does. */
function filled(text: string, inputs: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{ (?:inputs\.([\w-]+)|github\.action_path) \}\}/g, (_, name: string | undefined) =>
    name === undefined ? root.replace(/\/$/, '') : (inputs[name] ?? action.inputs[name]?.default ?? ''),
  );
}

/** Runs the steps of the action as a runner does: `bash -e -o pipefail`, the environment of the step, a file for its summary. */
function run(inputs: Readonly<Record<string, string>>): {
  readonly status: number | null;
  readonly stdout: string;
  readonly folder: string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'action-'));
  writeFileSync(join(folder, 'summary'), 'before\n');
  let last = { status: 0 as number | null, stdout: '' };
  for (const step of action.runs.steps) {
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, value]) => [key, filled(value, inputs)]));
    const cwd = step.name === 'Build' ? root : folder;
    const { status, stdout } = spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', filled(step.run, inputs)], {
      cwd,
      env: { ...process.env, ...env, GITHUB_STEP_SUMMARY: join(folder, 'summary') },
      encoding: 'utf8',
    });
    last = { status, stdout };
    if (status !== 0) break;
  }
  return { ...last, folder };
}

describe.skipIf(!existsSync(`${root}dist/cli.js`))('action.yml', () => {
  it('names each finding, writes SARIF, HTML and a summary, and fails from its severity on', () => {
    const { status, stdout, folder } = run({ snapshot: `${root}fixtures/hosts/docker28-policy` });
    const summary = readFileSync(join(folder, 'summary'), 'utf8');
    expect({
      status,
      kinds: [
        ...new Set(
          stdout
            .trimEnd()
            .split('\n')
            .map((line) => /^::(\w+) /.exec(line)?.[1] ?? line),
        ),
      ],
      sarif: (JSON.parse(readFileSync(join(folder, 'dtrace-path.sarif'), 'utf8')) as { version: string }).version,
      html: readFileSync(join(folder, 'dtrace-path.html'), 'utf8').startsWith('<!doctype html>'),
      summary: [summary.startsWith('before\n# Network audit of '), summary.includes('## Who reaches what')],
    }).toEqual({ status: 1, kinds: ['error', 'warning', 'notice'], sarif: '2.1.0', html: true, summary: [true, true] });
  });

  it.each([
    ['none', 0],
    ['critical', 0],
    ['low', 1],
  ])('with fail-on %s ends with %i', (failOn, expected) => {
    expect(run({ snapshot: `${root}fixtures/hosts/docker28-policy`, 'fail-on': failOn }).status).toBe(expected);
  });

  it('ends with 2 where there is no such snapshot', () => {
    expect(run({ snapshot: 'nowhere' }).status).toBe(2);
  });

  it('is used by its sample as it is', () => {
    const sample = parse(readFileSync(`${root}docs/examples/audit-workflow.yml`, 'utf8')) as {
      jobs: { audit: { steps: readonly { uses?: string; with?: Readonly<Record<string, string>> }[] } };
    };
    const step = sample.jobs.audit.steps.find(({ uses }) => uses === './');
    const unknown = Object.keys(step?.with ?? { none: '' }).filter((name) => action.inputs[name] === undefined);
    expect({ unknown, there: existsSync(join(root, step?.with?.['snapshot'] ?? 'none')) }).toEqual({ unknown: [], there: true });
  });
});

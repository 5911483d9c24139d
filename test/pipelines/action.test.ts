import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isInstalled } from '../hostile/host.js';
import { outputsIn, ROOT, runStep, type Ran } from './steps.js';

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const TEXT = readFileSync(join(ROOT, 'action.yml'), 'utf8');
// the file's own form, held by the first test
const ACTION = parse(TEXT) as {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly description: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string; readonly description: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
};

let folder = '';
let runs = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dtrace-path-action-'));
  for (const name of ['docker28-policy', 'docker28-dual'])
    cpSync(join(ROOT, 'fixtures/hosts', name), join(folder, 'hosts', name), { recursive: true });
  cpSync(join(ROOT, 'fixtures/hosts/docker28-policy'), join(folder, 'cut'), { recursive: true });
  rmSync(join(folder, 'cut/host/iptables-save.txt'));
  writeFileSync(
    join(folder, 'policy.yaml'),
    'version: 1\nassertions:\n  - { name: no ssh, deny: { from: outside, to: host, ports: 22/tcp } }\n  - { name: no database, deny: { from: outside, to: host, ports: 5432/tcp } }\n',
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the runner puts in place of an expression; steps that the built program makes needless are left out. */
function filled(text: string, inputs: Readonly<Record<string, string>>, outputs: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => {
    const [kind = '', ...rest] = name.split('.');
    if (kind === 'inputs') return inputs[rest.join('.')] ?? ACTION.inputs[rest.join('.')]?.default ?? '';
    if (name === 'github.action_path') return ROOT.replace(/\/$/, '');
    return outputs[rest.at(-1) ?? ''] ?? '';
  });
}

function runAction(inputs: Readonly<Record<string, string>>): Ran & {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
} {
  runs += 1;
  const [out, summary] = [join(folder, `outputs-${runs}`), join(folder, `summary-${runs}`)];
  let ran: Ran = { status: 0, log: '' };
  for (const step of ACTION.runs.steps.filter(({ run, if: when }) => run !== undefined && when === undefined)) {
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value, inputs, outputsIn(out))]));
    ran = runStep(step.run ?? '', folder, { ...env, GITHUB_OUTPUT: out, GITHUB_STEP_SUMMARY: summary });
    if (ran.status !== 0) break;
  }
  const { cli, build, key, ...outputs } = outputsIn(out);
  return { ...ran, outputs, summary: readFileSync(summary, { encoding: 'utf8', flag: 'a+' }) };
}

describe('action.yml', () => {
  it('names nothing that is not there', () => {
    const ids = ACTION.runs.steps.flatMap(({ id }) => id ?? []);
    const named = [...TEXT.matchAll(/\b(inputs|steps)\.([\w-]+)/g)];
    expect(named.filter(([, kind, name = '']) => !(kind === 'inputs' ? name in ACTION.inputs : ids.includes(name)))).toEqual([]);
    expect(Object.keys(ACTION.inputs).filter((name) => !TEXT.includes(`inputs.${name} }}`))).toEqual([]);
    expect([...Object.values(ACTION.inputs), ...Object.values(ACTION.outputs)].filter((one) => one.description === '')).toEqual([]);
    const written = readFileSync(join(ROOT, '.ci/action.mjs'), 'utf8');
    const outputs = Object.values(ACTION.outputs).flatMap(({ value }) => /steps\.gate\.outputs\.([\w-]+)/.exec(value)?.[1] ?? []);
    expect(outputs.filter((name) => !written.includes(`'${name}'`))).toEqual([]);
  });

  it('is used by its sample as it is', () => {
    const sample = parse(readFileSync(join(ROOT, 'docs/examples/audit-workflow.yml'), 'utf8')) as {
      readonly jobs: {
        readonly audit: { readonly steps: readonly { readonly uses?: string; readonly with?: Readonly<Record<string, string>> }[] };
      };
    };
    const given = sample.jobs.audit.steps.find(({ uses }) => uses === './')?.with ?? {};
    expect(Object.keys(given).filter((name) => !(name in ACTION.inputs))).toEqual([]);
    expect(existsSync(join(ROOT, given['snapshot'] ?? given['fleet'] ?? 'none'))).toBe(true);
  });
});

describe.skipIf(!isInstalled('bash'))('the action', () => {
  it('audits a snapshot, with counts as outputs, and no build where the program is there', () => {
    const { status, outputs, log, summary } = runAction({ snapshot: 'hosts/docker28-policy' });
    expect([status, outputs]).toEqual([
      1,
      {
        ...{ critical: '0', high: '2', medium: '2', low: '1', info: '1', new: '6' },
        ...{ undetermined: '0', suppressed: '0', 'not-audited': '0', gate: 'failed' },
      },
    ]);
    expect([log.includes('\ngate: FAILED, 2 at high or above\n'), summary.startsWith('# Network audit of d28-policy\n')]).toEqual([
      true,
      true,
    ]);
    expect(readFileSync(join(folder, 'dtrace-path.html'), 'utf8')).toContain('<h1>Network audit of d28-policy</h1>');
    expect(JSON.parse(readFileSync(join(folder, 'dtrace-path.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
    expect([...new Set([...log.matchAll(/^::(\w+) /gm)].map(([, kind]) => kind))]).toEqual(['error', 'warning', 'notice']);
    expect(summary).toContain('## Who reaches what');
  });

  it.each([
    ['none', 0],
    ['critical', 0],
    ['low', 1],
  ])('with fail-on %s ends with %i', (failOn, expected) => {
    expect(runAction({ snapshot: 'hosts/docker28-policy', 'fail-on': failOn }).status).toBe(expected);
  });

  it('audits a fleet and holds each host to the policy', () => {
    mkdirSync(join(folder, 'out'));
    const { status, outputs, log } = runAction({
      fleet: 'hosts',
      policy: 'policy.yaml',
      'fail-on': 'none',
      sarif: 'out/a.sarif',
      html: 'out/a.html',
    });
    expect([status, outputs['policy-failed'], outputs['policy-undecided'], outputs['gate']]).toEqual([1, '2', '0', 'failed']);
    expect(log.match(/^gate: FAILED, 1 of 2 assertions$/gm)).toHaveLength(2);
  });

  it('tells a policy that a snapshot does not decide from one that does not hold', () => {
    writeFileSync(
      join(folder, 'one.yaml'),
      'version: 1\nassertions:\n  - { name: no database, deny: { from: outside, to: host, ports: 5432/tcp } }\n',
    );
    const { status, outputs } = runAction({ snapshot: 'cut', policy: 'one.yaml', 'fail-on': 'none' });
    expect([status, outputs['policy-failed'], outputs['policy-undecided'], outputs['gate']]).toEqual([1, '0', '1', 'not-decided']);
  });

  it('counts nothing of a policy that cannot be asked', () => {
    const { status, outputs } = runAction({ snapshot: 'hosts/docker28-policy', policy: 'nowhere.yaml', 'fail-on': 'none' });
    expect([status, outputs['gate'], Object.keys(outputs).filter((name) => name.startsWith('policy-'))]).toEqual([2, 'not-decided', []]);
  });

  it('says in the summary where it had to be cut', () => {
    const [cli, report] = [join(folder, 'long.mjs'), join(folder, 'long.md')];
    writeFileSync(report, 'a line of the report\n'.repeat(60_000));
    writeFileSync(
      cli,
      `import { copyFileSync } from 'node:fs';\nfor (const at of process.argv) if (at.endsWith('.md')) copyFileSync(${JSON.stringify(report)}, at);\n`,
    );
    const { summary } = runAction({ snapshot: 'hosts/docker28-policy', cli });
    expect([summary.length < 1_010_000, summary.slice(-150)]).toEqual([
      true,
      expect.stringMatching(/a line of the report\n\n\*\*The summary is cut here: .*\*\*\n$/),
    ]);
  });

  it.each([
    ['neither snapshot nor fleet', {}],
    ['both', { snapshot: 'hosts/docker28-policy', fleet: 'hosts' }],
    ['a snapshot that is not there', { snapshot: 'nowhere' }],
  ])('ends with 2 and counts nothing for %s', (_, inputs) => {
    const { status, outputs } = runAction(inputs);
    expect([status, outputs['critical']]).toEqual([2, undefined]);
  });
});

// The step of action.yml: asks the audit, and the policy where there is one, writes counts as outputs, and ends as the worst of them does.
// Its inputs come as environment variables, as a step of a composite action has them (docs.github.com, "Metadata syntax for GitHub Actions").
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];
/** A step's summary may hold 1 MiB. */
const MOST_SUMMARY = 1_000_000;
const SUMMARY_CUT = '\n\n**The summary is cut here: a step may show no more. All of it is in the HTML report.**\n';

const env = (name) => process.env[name] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-action-'));

/** A program's path, or a script that this Node runs. */
const program = () => (/\.[cm]?js$/.test(env('CLI')) ? [process.execPath, env('CLI')] : [env('CLI')]);

/** @returns the exit code; 2 where the program could not be run at all. */
function run(args, told = 'inherit') {
  const [file, ...own] = program();
  const { status, error } = spawnSync(file, [...own, ...args], { stdio: ['ignore', told, told] });
  if (error !== undefined) console.error(`dtrace-path could not be run: ${error.message}`);
  return status ?? 2;
}

const readJson = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);

function output(name, value) {
  if (env('GITHUB_OUTPUT') !== '') appendFileSync(env('GITHUB_OUTPUT'), `${name}=${value}\n`);
}

/** Nothing is written of hosts of which nothing is known: a 0 would be read as "none". */
function auditOutputs(report) {
  const hosts = report.hosts ?? [report];
  const findings = hosts.flatMap((host) => host.findings);
  for (const severity of SEVERITIES) output(severity, findings.filter((one) => one.severity === severity).length);
  output('new', findings.filter((one) => one.isNew !== false).length);
  output(
    'undetermined',
    hosts.reduce((sum, host) => sum + host.undetermined.length, 0),
  );
  output(
    'suppressed',
    hosts.reduce((sum, host) => sum + host.suppressed.length, 0),
  );
  output('not-audited', hosts.filter((host) => host.problem !== undefined).length);
}

/** Shows a report as the step's summary; of one that is too long, what there is room for, and that it is cut. */
function summarize(file) {
  if (env('GITHUB_STEP_SUMMARY') === '' || !existsSync(file)) return;
  const text = readFileSync(file);
  const cut = text.subarray(0, text.lastIndexOf('\n', MOST_SUMMARY));
  appendFileSync(env('GITHUB_STEP_SUMMARY'), text.length <= MOST_SUMMARY ? text : Buffer.concat([cut, Buffer.from(SUMMARY_CUT)]));
}

function audit() {
  const [json, md] = [join(folder, 'audit.json'), join(folder, 'audit.md')];
  const given = (option, value) => (value === '' ? [] : [option, value]);
  const status = run([
    'audit',
    ...given('--snapshot', env('SNAPSHOT')),
    ...given('--fleet', env('FLEET')),
    ...given('--fail-on', env('FAIL_ON')),
    ...given('--baseline', env('BASELINE')),
    ...given('--config', env('CONFIG')),
    ...['-f', 'sarif', '-o', env('SARIF'), '-f', 'html', '-o', env('HTML'), '-f', 'md', '-o', md, '-f', 'json', '-o', json, '-f', 'github'],
  ]);
  const report = readJson(json);
  if (report !== undefined) auditOutputs(report);
  summarize(md);
  return { status, report };
}

/** The snapshots that a policy is asked of: those that the audit found. */
function snapshots(report) {
  return env('FLEET') === '' ? [env('SNAPSHOT')] : (report?.hosts ?? []).map(({ name }) => join(env('FLEET'), name));
}

/** Nothing is counted where the policy could not be asked of some host: the sum would be read as that of all. */
function policyOutputs(results) {
  if (results.length === 0 || results.includes(undefined)) return;
  const assertions = results.flatMap((result) => result.assertions);
  output('policy-failed', assertions.filter(({ verdict }) => verdict === 'failed').length);
  output('policy-undecided', assertions.filter(({ verdict }) => verdict === 'undecided').length);
}

/** `check` ends with 1 as well where nothing speaks against the policy and a snapshot does not tell. */
const isUndecided = (result) =>
  result?.assertions.every(({ passed, severity, verdict }) => passed || severity === 'warning' || verdict === 'undecided') === true;

/** Asks the policy of each snapshot. @returns what each comes to: the exit code, and whether it is undecided. */
function policy(report) {
  const asked = snapshots(report).map((snapshot, index) => {
    const json = join(folder, `policy-${index}.json`);
    // the log has the words, once
    run(['check', env('POLICY'), '--snapshot', snapshot, '-f', 'json', '-o', json], 'ignore');
    const result = readJson(json);
    return { result, code: run(['check', env('POLICY'), '--snapshot', snapshot]) };
  });
  policyOutputs(asked.map(({ result }) => result));
  return asked.map(({ result, code }) => ({ code, undecided: isUndecided(result) }));
}

/** What the gate says of all that was asked: the worst of it. */
function gateOf(ends) {
  if (ends.every(({ code }) => code === 0)) return 'passed';
  return ends.some(({ code, undecided }) => code === 1 && !undecided) ? 'failed' : 'not-decided';
}

function main() {
  if ((env('SNAPSHOT') === '') === (env('FLEET') === '')) {
    console.error('::error::dtrace-path: give either snapshot or fleet');
    return 2;
  }
  const { status, report } = audit();
  const ends = [{ code: status, undecided: false }, ...(env('POLICY') === '' ? [] : policy(report))];
  output('gate', gateOf(ends));
  const codes = ends.map(({ code }) => code);
  return codes.includes(1) ? 1 : Math.max(...codes);
}

try {
  process.exitCode = main();
} finally {
  rmSync(folder, { recursive: true });
}

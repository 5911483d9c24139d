// npm run test:executable: makes the single executable and runs it in an empty folder, where no Node can be found.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-alone-'));
const program = join(folder, 'dtrace-path');

function expect(holds, what) {
  if (!holds) throw new Error(`the executable does not hold: ${what}`);
  process.stdout.write(`ok  ${what}\n`);
}

try {
  execFileSync(process.execPath, ['.ci/executable.mjs', program], { stdio: ['ignore', 'inherit', 'ignore'] });
  cpSync('fixtures/hosts/docker28-bridge', join(folder, 'host'), { recursive: true });
  cpSync('fixtures/hosts/docker28-bridge', join(folder, 'fleet/one'), { recursive: true });
  const env = { ...process.env, NODE_PATH: '', TMPDIR: folder };
  const tool = (...args) => execFileSync(program, args, { cwd: folder, encoding: 'utf8', env });
  const { version } = JSON.parse(readFileSync(resolve('package.json'), 'utf8'));
  expect(tool('--version') === `${version}\n`, '--version');
  expect(tool('-s', 'host', '--from', 'app', '--to', 'db:5432').startsWith('connected'), 'a trace');
  const audit = JSON.parse(tool('audit', '-s', 'host', '--fail-on', 'none', '--format', 'json'));
  expect(audit.findings.length > 0, 'an audit with its rules');
  expect(JSON.parse(tool('audit', '--fleet', 'fleet', '--fail-on', 'none', '--format', 'json')).hosts[0].findings.length > 0, 'a fleet');
  expect(tool('check', '--init', '-s', 'host').includes('assertions:'), 'a policy');
  expect(tool('topology', '-s', 'host', '--format', 'svg').startsWith('<svg'), 'a drawing');
  expect(tool('collect', '--script').startsWith('#!/bin/sh'), 'collect.sh');
  expect(tool('manual-page').includes('.TH'), 'the manual page');
  const namespaces = spawnSync('unshare', ['-n', 'true']).status === 0;
  const twin = spawnSync(program, ['verify', '-s', 'host', '--from', 'app', '--to', 'db:5432'], { cwd: folder, env, encoding: 'utf8' });
  expect(!namespaces || twin.status === 0, `a twin, where the machine allows namespaces (${namespaces ? 'it does' : 'it does not'})`);
  expect(readdirSync(folder).sort().join() === 'dtrace-path,fleet,host', 'nothing left behind');
} finally {
  rmSync(folder, { recursive: true });
}

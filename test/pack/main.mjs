// npm run test:pack: packs the project, installs it into an empty folder as a user would, and runs it there.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-pack-'));
const run = (command, args, cwd = folder) => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

function expect(holds, what) {
  if (!holds) throw new Error(`the package does not hold: ${what}`);
  process.stdout.write(`ok  ${what}\n`);
}

try {
  const [{ filename, files, size }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], resolve('.')));
  const names = files.map(({ path }) => path);
  const strangers = names.filter((name) => /^(?:test|fixtures|reports|src|scripts|\.ci)\//.test(name) || /\.test\./.test(name));
  expect(strangers.length === 0, `no tests, fixtures or sources among its ${names.length} files (${Math.round(size / 1024)} KiB)`);
  expect(size < 1024 * 1024 && names.length < 500, 'under 1 MiB, under 500 files');
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md', 'package.json']) expect(names.includes(name), name);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  run('npm', ['install', '--no-audit', '--no-fund', '--omit=dev', join(folder, filename)]);
  cpSync('fixtures/hosts/docker28-bridge', join(folder, 'host'), { recursive: true });
  const tool = (...args) => run('npx', ['--no-install', 'dtrace-path', ...args]);
  expect(/^\d+\.\d+\.\d+\n$/.test(tool('--version')), '--version');
  expect(tool('--snapshot', 'host', '--from', 'app', '--to', 'db:5432').startsWith('connected'), 'a trace');
  expect(
    JSON.parse(tool('audit', '--snapshot', 'host', '--fail-on', 'none', '--format', 'json')).findings.length > 0,
    'an audit with its rules',
  );
  cpSync('fixtures/hosts/docker28-bridge', join(folder, 'fleet/one'), { recursive: true });
  expect(JSON.parse(tool('audit', '--fleet', 'fleet', '--fail-on', 'none', '--format', 'json')).hosts.length === 1, 'a fleet, on threads');
  const twin = spawnSync('npx', ['--no-install', 'dtrace-path', 'verify', '-s', 'host', '--from', 'app', '--to', 'db:5432'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const namespaces = spawnSync('unshare', ['-n', 'true']).status === 0;
  expect(!namespaces || twin.status === 0, `a twin, where the machine allows namespaces (${namespaces ? 'it does' : 'it does not'})`);
  tool('explore', 'host', '-o', 'host.html');
  expect(readFileSync(join(folder, 'host.html'), 'utf8').length > 1e6, 'a page with its engine');
  tool('topology', '--snapshot', 'host', '--format', 'svg', '-o', 'host.svg');
  tool('explore', '--snapshot', 'host', '-o', 'host.html');
  expect(readFileSync(join(folder, 'host.svg'), 'utf8').startsWith('<svg'), 'a drawing');
  expect(tool('collect', '--script').startsWith('#!/bin/sh'), 'collect.sh');
  expect(tool('check', '--init', '--snapshot', 'host').includes('assertions:'), 'a policy');
  expect(tool('completion', 'bash').includes('complete -F'), 'a completion script');
  run('npm', [
    'install',
    '--global',
    '--install-links',
    '--no-audit',
    '--no-fund',
    '--prefix',
    join(folder, 'home'),
    join(folder, filename),
  ]);
  expect(existsSync(join(folder, 'home/share/man/man1/dtrace-path.1')), 'a manual page where man looks');
  const ask =
    "import { loadSnapshot, createMachine, traceFlow } from 'dtrace-path'; console.log(traceFlow(createMachine(await loadSnapshot('host')), { from: 'app', to: 'db', proto: 'tcp', dport: 5432 }).outcome)";
  expect(run('node', ['--input-type=module', '-e', ask]) === 'connected\n', 'the library');
} finally {
  rmSync(folder, { recursive: true });
}

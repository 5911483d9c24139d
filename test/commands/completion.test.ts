import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, isInstalled } from '../hostile/host.js';

let folder = '';
const script = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dtrace-path-completion-'));
  for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(script(shell), cli('completion', shell).stdout);
  writeFileSync(script('page.1'), cli('manual-page').stdout);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const CASES: readonly (readonly [words: readonly string[], completed: readonly string[]])[] = [
  [['au'], ['audit']],
  [['audit', '--form'], ['--format']],
  [
    ['audit', '--fail-on', ''],
    ['critical', 'high', 'medium', 'low', 'none'],
  ],
  [['--fro'], ['--from']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
];

describe.skipIf(!isInstalled('bash'))('bash', () => {
  it.each(CASES)('%j completes to %j', (words, completed) => {
    const line = ['dtrace-path', ...words].map((word) => `'${word}'`).join(' ');
    const ask = `source ${script('bash')}; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _dtrace_path; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(execFileSync('bash', ['--norc', '-c', ask], { encoding: 'utf8' }).trim().split('\n')).toEqual(completed);
  });
});

describe.skipIf(!isInstalled('fish'))('fish', () => {
  it.each(CASES)('%j completes to %j', (words, completed) => {
    const ask = `source ${script('fish')}; complete -C 'dtrace-path ${words.join(' ')}'`;
    const answer = execFileSync('fish', ['--no-config', '-c', ask], { encoding: 'utf8', env: { ...process.env, HOME: folder } });
    const offered = answer
      .trim()
      .split('\n')
      .map((line) => line.split('\t')[0]);
    expect(new Set(offered)).toEqual(new Set(completed));
  });
});

describe.skipIf(!isInstalled('zsh'))('zsh', () => {
  it('reads the script', () => {
    expect(spawnSync('zsh', ['-f', '-n', script('zsh')], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('the manual page', () => {
  it('tells of every command and its options', () => {
    const { stdout } = cli('manual-page');
    const commands = [...stdout.matchAll(/^\.SS (\S+)/gm)].map((found) => found[1]);
    expect(commands).toEqual(expect.arrayContaining(['trace', 'audit', 'check', 'diff', 'matrix', 'inspect', 'collect', 'completion']));
    expect(stdout).toContain('.B \\-\\-no\\-color');
  });

  it('bears the date of its version, not of the day it was made', () => {
    const { stdout } = cli('manual-page');
    expect(stdout.split('\n', 1)).toEqual([
      `.TH DTRACE\\-PATH 1 "${/^## \[0\.1\.0\] - (\S+)$/m.exec(readFileSync('CHANGELOG.md', 'utf8'))?.[1] ?? ''}" "dtrace-path 0.1.0" "User Commands"`,
    ]);
  });

  it.skipIf(!isInstalled('mandoc'))('has no fault that mandoc finds', () => {
    expect(spawnSync('mandoc', ['-T', 'lint', '-W', 'error,stop', script('page.1')], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: '',
    });
  });
});

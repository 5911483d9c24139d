import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, cliWords, hostileHost, isInstalled } from '../hostile/host.js';

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

const HOST = 'fixtures/hosts/docker28-bridge';
/** What the program is asked for: names of the snapshot on the line, rules of the audit. */
const ASKED: readonly (readonly [words: readonly string[], completed: readonly string[]])[] = [
  [['-s', HOST, '--from', 'w'], ['web']],
  [['trace', '-s', HOST, '--to', 'in'], ['internet']],
  [['matrix', '-s', HOST, '--from', 'o'], ['outside']],
  [['audit', '--only', 'docker-s'], ['docker-socket-mounted']],
  [['audit', '--disable', 'privileged,docker-s'], ['privileged,docker-socket-mounted']],
  [[HOST, 'web', 'd'], ['db']],
  [
    ['explain', '-s', HOST, 'app'],
    ['app', 'appnet'],
  ],
];

/** The program as the shell finds it. */
function pathWith(): string {
  writeFileSync(join(folder, 'dtrace-path'), `#!/bin/sh\nexec '${cliWords().join("' '")}' "$@"\n`, { mode: 0o755 });
  return `${folder}:${process.env['PATH'] ?? ''}`;
}

describe('what the program is asked', () => {
  it.each(ASKED)('%j completes to %j', (words, completed) => {
    expect(
      cli('complete-words', ...words)
        .stdout.trim()
        .split('\n'),
    ).toEqual(completed);
  });

  it.each([[['-s', 'nowhere', '--from', '']], [['explain', '-s', '/dev/null', 'zzz']], [['audit', '-s', HOST, '--format', '']]])(
    'says nothing, and fails not, of %j',
    (words) => {
      const { status, stdout, stderr } = cli('complete-words', ...words);
      expect([status, stdout.includes('web'), stderr]).toEqual([0, false, '']);
    },
  );

  it('offers no name that a shell would read as more than a word', async () => {
    const snapshot = await hostileHost();
    const { status, stdout } = cli('complete-words', 'explain', '-s', snapshot, '');
    expect([status, stdout.split('\n').filter((line) => !/^[\w./:@,+-]*$/.test(line))]).toEqual([0, []]);
  });
});

describe.skipIf(!isInstalled('bash'))('bash', () => {
  it.each(ASKED.slice(2, 4))('asked for %j completes to %j', (words, completed) => {
    const line = ['dtrace-path', ...words].map((word) => `'${word}'`).join(' ');
    const ask = `source ${script('bash')}; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _dtrace_path; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...process.env, PATH: pathWith() };
    expect(execFileSync('bash', ['--norc', '-c', ask], { encoding: 'utf8', env }).trim().split('\n')).toEqual(completed);
  });

  it('completes behind a colon, at which bash parts words', () => {
    const line = `dtrace-path matrix -s ${HOST} --from network : ap`;
    const ask = `source ${script('bash')}; COMP_WORDS=(${line}); COMP_CWORD=7; _dtrace_path_asked; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...process.env, PATH: pathWith() };
    expect(execFileSync('bash', ['--norc', '-c', ask], { encoding: 'utf8', env }).trim()).toBe('appnet');
  });

  it.each(CASES)('%j completes to %j', (words, completed) => {
    const line = ['dtrace-path', ...words].map((word) => `'${word}'`).join(' ');
    const ask = `source ${script('bash')}; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _dtrace_path; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(execFileSync('bash', ['--norc', '-c', ask], { encoding: 'utf8' }).trim().split('\n')).toEqual(completed);
  });
});

describe.skipIf(!isInstalled('fish'))('fish', () => {
  it.each(ASKED.slice(2, 4))('asked for %j completes to %j', (words, completed) => {
    const ask = `source ${script('fish')}; complete -C 'dtrace-path ${words.join(' ')}'`;
    const env = { ...process.env, HOME: folder, PATH: pathWith() };
    const offered = execFileSync('fish', ['--no-config', '-c', ask], { encoding: 'utf8', env }).trim().split('\n');
    expect(offered.map((line) => line.split('\t')[0])).toEqual(expect.arrayContaining([...completed]));
  });

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
  it.each([
    { words: ['au'], completed: 'audit' },
    { words: ['-s', HOST, '--from', 'w'], completed: 'web' },
    { words: ['audit', '--only', 'docker-s'], completed: 'docker-socket-mounted' },
  ])('a tab behind $words writes $completed', ({ words, completed }) => {
    const rest = completed.slice(words.at(-1)?.length);
    const ask = `zmodload zsh/zpty; zpty z zsh -f -i
zpty -w z "PS1=GO; autoload -Uz compinit; compinit -u -D; source ${script('zsh')}; print READY"
zpty -r -m z out '*READY*READY*GO*'; zpty -n -w z "dtrace-path ${words.join(' ')}"$'\\t'; zpty -r -m z out '*${rest}*' && print -r -- $out; zpty -d z`;
    const env = { ...process.env, HOME: folder, PATH: pathWith(), TERM: 'dumb' };
    const told = spawnSync('zsh', ['-f', '-c', ask], { encoding: 'utf8', env, timeout: 20_000 });
    // the line is written as it was typed, and what the tab adds; a bell may part them
    expect(told.stdout.replaceAll('\u0007', '')).toContain(completed);
  });

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

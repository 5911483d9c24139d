import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliWords, isInstalled } from '../hostile/host.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/examples/tasks.md'), 'utf8');

interface Task {
  readonly question: string;
  readonly commands: string;
  readonly tells: readonly string[];
}

const TASKS: readonly Task[] = PAGE.split(/^(?=\d+\. )/m)
  .slice(1)
  .map((text) => ({
    question: text.split('\n', 1).join('').trim(),
    commands: /```sh\n([^]*?)```/.exec(text)?.[1] ?? '',
    tells: [...(/^\s*tells (.*)$/m.exec(text)?.[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, words = '']) => words),
  }));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dtrace-path-tasks-'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/dtrace-path'), `#!/bin/sh\nexec '${cliWords().join("' '")}' "$@"\n`);
  chmodSync(join(folder, 'bin/dtrace-path'), 0o755);
  for (const [name, as] of [
    ['docker28-bridge', 'host.tgz'],
    ['docker20-bridge', 'old.tgz'],
  ] as const) {
    spawnSync('tar', ['-czf', join(folder, as), '-C', join(ROOT, 'fixtures/hosts'), name]);
    cpSync(join(ROOT, 'fixtures/hosts', name), join(folder, 'hosts', name), { recursive: true });
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.skipIf(!isInstalled('bash'))('docs/examples/tasks.md', () => {
  it('has twelve, each with a command and what it tells', () => {
    expect(TASKS.filter(({ commands, tells }) => commands !== '' && tells.length > 0)).toHaveLength(12);
  });

  it.each(TASKS)('$question', ({ commands, tells }) => {
    const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` };
    // gates end with 1 or 2 where they should: what is told is looked at
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', commands], { cwd: folder, env, encoding: 'utf8', input: '' });
    expect(stderr).not.toContain('dtrace-path:');
    expect(tells.filter((words) => !(stdout + stderr).includes(words))).toEqual([]);
  });
});

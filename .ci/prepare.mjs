// npm runs `prepare` after an install, and again when `npx --no-install dtrace-path` links the checkout: only the first has anything to build.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (process.env.npm_command !== 'exec' || !existsSync('dist/cli.js')) {
  process.exitCode = spawnSync('npm', ['run', 'build'], { stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1;
}

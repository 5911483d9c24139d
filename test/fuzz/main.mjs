// npm run fuzz -- [--seed N] [--runs N] [--only NAME]: compiles the fuzzers and runs them outside the test runner, where a hang can be ended.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const out = join('node_modules', '.cache', 'fuzz');
rmSync(out, { recursive: true, force: true });
const run = (command, args) => spawnSync(command, args, { stdio: 'inherit' }).status ?? 1;
const compiled = run('node', [
  'node_modules/typescript/bin/tsc',
  '--rootDir',
  '.',
  '--outDir',
  out,
  '--declaration',
  'false',
  '-p',
  'test/fuzz/tsconfig.json',
  // beside what it tells of: another's would say that all is made already
  '--tsBuildInfoFile',
  join(out, '.tsbuildinfo'),
]);
for (const folder of ['fixtures', 'rules']) cpSync(folder, join(out, folder), { recursive: true });
process.exitCode = compiled === 0 ? run('node', [join(out, 'test/fuzz/run.js'), ...process.argv.slice(2)]) : compiled;

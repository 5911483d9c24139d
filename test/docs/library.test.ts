import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Inside the project, where the package finds itself by its name. */
const PLACE = join(ROOT, '.library-example');

beforeAll(() => {
  mkdirSync(PLACE, { recursive: true });
});
afterAll(() => {
  rmSync(PLACE, { recursive: true });
});

function exampleOf(page: string): string {
  return /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(join(ROOT, page), 'utf8'))?.[1] ?? '';
}

/** Compiles as a user's project would, against the built package, and runs it from the project's folder. */
function compileAndRun(name: string, source: string): string {
  const file = join(PLACE, `${name}.mts`);
  writeFileSync(file, source);
  const options = [
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
    '--skipLibCheck',
    'false',
    '--noEmitOnError',
  ];
  const tsc = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, file], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect([tsc.status, tsc.stdout]).toEqual([0, '']);
  const run = spawnSync(process.execPath, [join(PLACE, `${name}.mjs`)], { cwd: ROOT, encoding: 'utf8' });
  expect([run.status, run.stderr]).toEqual([0, '']);
  return run.stdout;
}

it("docs/library.md's example compiles and runs", () => {
  expect(compileAndRun('page', exampleOf('docs/library.md'))).toContain('connected: python3 on tcp');
});

it("the README's example compiles", () => {
  const source = exampleOf('README.md').replace('host.tgz', 'fixtures/hosts/docker28-bridge');
  expect(compileAndRun('readme', `${source}\nconsole.log(outcome, reason.length > 0);`)).toMatch(/^\w+ true\n$/);
});

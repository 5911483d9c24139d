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

function examplesOf(page: string): readonly string[] {
  return [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, example = '']) => example);
}

/** Compiles as a user's project would, against the built package, and runs it from the project's folder. */
function compileAndRun(name: string, sources: readonly string[]): readonly string[] {
  const files = sources.map((source, i) => {
    const file = join(PLACE, `${name}-${i}.mts`);
    writeFileSync(file, source);
    return file;
  });
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
  const tsc = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, ...files], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect([tsc.status, tsc.stdout]).toEqual([0, '']);
  return files.map((file) => {
    const run = spawnSync(process.execPath, [file.replace(/mts$/, 'mjs')], { cwd: ROOT, encoding: 'utf8' });
    expect([run.status, run.stderr]).toEqual([0, '']);
    return run.stdout;
  });
}

it("docs/library.md's examples compile and run", () => {
  const [traced, asked] = compileAndRun('page', examplesOf('docs/library.md'));
  expect(traced).toContain('connected: python3 on tcp');
  for (const line of ['open DTP-001 198.51.100.10 8080', 'medium published-to-all', "[ 'db: passed' ]", 'opened host:6390/tcp outside'])
    expect(asked).toContain(line);
});

it("the README's example compiles", () => {
  const source = (examplesOf('README.md')[0] ?? '').replace('host.tgz', 'fixtures/hosts/docker28-bridge');
  expect(compileAndRun('readme', [`${source}\nconsole.log(outcome, reason.length > 0);`])[0]).toMatch(/^\w+ true\n$/);
});

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bounds, MOST_KEPT, MOST_SPACES, MOST_TIMES } from '../../src/collect/bounds.js';
import { withRunner } from '../../src/collect/run.js';
import { readSnapshot } from '../../src/snapshot/load.js';
import { shimFolder } from './shims.js';

const SHELL = readFileSync(new URL('../../src/collect/collect.sh', import.meta.url), 'utf8');
const isRoot = process.getuid?.() === 0 && process.platform === 'linux';

describe('what a collection may come to in all', () => {
  it('is the same by the program and by the shell', () => {
    const lines = [`longest=$((seconds * ${MOST_TIMES}))`, `most_kept=${MOST_KEPT}`, `most_spaces=${MOST_SPACES}`];
    expect(lines.filter((line) => !SHELL.split('\n').includes(line))).toEqual([]);
  });

  it('ends with its time: nothing more is started', async () => {
    let now = 0;
    const told = await withRunner(
      5,
      async (run) => {
        const before = await run(['echo', 'a']);
        now = 5000 * MOST_TIMES;
        return [before, await run(['echo', 'a'])];
      },
      new Bounds(5, () => now),
    );
    expect(told).toEqual([
      { ok: true, text: 'a\n' },
      { ok: false, why: `not asked: all that came before took longer than ${5 * MOST_TIMES} s`, text: '' },
    ]);
  });

  it('ends with its room', () => {
    const bounds = new Bounds(20);
    bounds.keep(MOST_KEPT);
    expect(bounds.over).toBeUndefined();
    bounds.keep(1);
    expect(bounds.over).toBe('not asked: there are more than 384 MiB already');
  });
});

describe.runIf(isRoot)('collect.sh beyond one of its bounds writes what it has, and says what it lacks', () => {
  let bin = '';
  beforeAll(async () => {
    bin = await shimFolder();
  });
  afterAll(() => rm(dirname(bin), { recursive: true }));

  it.each([
    ['longest=$((seconds * 60))', 'longest=0', 'not asked: all that came before took longer than 0 s', 'docker/containers.json'],
    [`most_kept=${MOST_KEPT}`, 'most_kept=0', 'not asked: there are more than 0 MiB already', 'docker/networks.json'],
    [`most_spaces=${MOST_SPACES}`, 'most_spaces=0', 'there are more than 0 namespaces', 'netns/web'],
  ])('%s', async (whole, small, why, file) => {
    const [script, out] = [join(dirname(bin), 'collect.sh'), join(dirname(bin), `${small}.tgz`)];
    await writeFile(script, SHELL.replace(whole, small));
    const ended = promisify(execFile)('sh', [script, '-o', out], { env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` } });
    await expect(ended).rejects.toMatchObject({ code: 1 });
    const { texts } = await readSnapshot(out);
    const { lacking } = JSON.parse(texts.get('meta.json') ?? '') as {
      readonly lacking: readonly { readonly file: string; readonly why: string }[];
    };
    expect(lacking.filter((one) => one.why === why).map((one) => one.file)).toContain(file);
    expect(texts.has(file)).toBe(false);
  });
});

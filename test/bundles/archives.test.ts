import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSnapshot } from '../../src/snapshot/load.js';

const work = mkdtempSync(join(tmpdir(), 'archives-'));
afterAll(() => rmSync(work, { recursive: true }));

const HOST = resolve('fixtures/bundles/nft-hostfw');

/** Whether a program is there: where it is not, its archives are not made. */
function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { cwd: HOST, stdio: 'ignore' });
}

describe('packed', () => {
  it.each([
    ['tar', 'sos.tar', () => run('tar', '-cf', join(work, 'sos.tar'), 'sos')],
    ['gzip', 'sos.tgz', () => run('tar', '-czf', join(work, 'sos.tgz'), 'sos')],
    ['xz', 'sos.tar.xz', () => run('tar', '-cJf', join(work, 'sos.tar.xz'), 'sos')],
    ['zstd', 'sos.tar.zst', () => run('tar', '--zstd', '-cf', join(work, 'sos.tar.zst'), 'sos')],
    ['zip', 'sos.zip', () => run('zip', '-qr', join(work, 'sos.zip'), 'sos')],
  ])('a sosreport by %s', async (program, name, pack) => {
    if (!has(program)) return;
    pack();
    const [packed, plain] = [await loadSnapshot(join(work, name)), await loadSnapshot(join(HOST, 'sos'))];
    expect(packed.parts?.filter((part) => part.place !== undefined).map((part) => part.place)).toEqual(
      plain.parts?.filter((part) => part.place !== undefined).map((part) => part.place),
    );
    expect([...packed.netns.keys(), packed.containers.map((c) => c.name)]).toEqual([
      ...plain.netns.keys(),
      plain.containers.map((c) => c.name),
    ]);
  });

  it.each([
    ['gzip', 'gz'],
    ['xz', 'xz'],
    ['zstd', 'zst'],
  ])('a paste by %s', async (program, extension) => {
    if (!has(program)) return;
    copyFileSync(join(HOST, 'paste.txt'), join(work, `p-${extension}.txt`));
    execFileSync(program, ['-q', join(work, `p-${extension}.txt`)], { stdio: 'ignore' });
    const host = await loadSnapshot(join(work, `p-${extension}.txt.${extension}`));
    expect(host.netns.get('host')?.interfaces[0]?.origin).toEqual({ file: `p-${extension}.txt`, line: 4 });
  });

  it.each([
    ['xz', 'bomb.xz', ['-q', '-k']],
    ['zstd', 'bomb.zst', ['-q']],
    ['zip', 'bomb.zip', []],
  ])('a bomb by %s is given up', async (program, name, options) => {
    if (!has(program)) return;
    execFileSync('truncate', ['-s', '64M', join(work, 'bomb')]);
    if (program === 'zip') execFileSync('zip', ['-q', join(work, name), 'bomb'], { cwd: work });
    else execFileSync(program, [...options, join(work, 'bomb')]);
    await expect(loadSnapshot(join(work, name))).rejects.toThrow(/times its own size when unpacked/);
  });
});

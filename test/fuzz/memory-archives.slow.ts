import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/snapshot/files.js';
import { rulesOf } from '../bench/hosts.mjs';
import { cliWords } from '../hostile/host.js';
import { manyEntries, tar } from '../support/archive.js';

const MEGABYTE = 2 ** 20;
const TIMES = 20;
/** How much two runs of the same may differ. */
const NOISE = 24 * MEGABYTE;

let folder = '';
let own = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dtrace-path-memory-'));
  if (process.platform === 'linux') own = measured(await tar([['meta.json', '{"format":"dtrace-path-snapshot/1"}']])).peak;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the program on an archive, in a process of its own, which tells its largest resident size. */
function measured(archive: Buffer): { readonly status: number | null; readonly peak: number; readonly said: string } {
  const path = join(folder, 'host.tar');
  writeFileSync(path, archive);
  const [node = '', ...words] = cliWords('inspect', '-s', path, '-o', join(folder, 'out'), '--quiet');
  // resourceUsage() would tell no less than this process has: the kernel hands that down (exec_mmap)
  const tell = `import { readFileSync } from 'node:fs';
process.once('exit', () => process.stderr.write('peak ' + /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1] + '\\n'));`;
  const { status, stderr } = spawnSync(node, ['--import', `data:text/javascript,${encodeURIComponent(tell)}`, ...words], {
    encoding: 'utf8',
    input: '',
  });
  const [, peak = '0'] = /peak (\d+)/.exec(stderr) ?? [];
  return { status, peak: Number(peak) * 1024, said: stderr.replace(/peak \d+\n/, '').replaceAll(path, 'PATH') };
}

function ordinary(): Promise<Buffer> {
  const lines = rulesOf(100, 100_000).slice(0, 8 * MEGABYTE);
  return tar([['host/iptables-save.txt', `${lines.slice(0, lines.lastIndexOf('\n') + 1)}COMMIT\n`]]);
}

function* namespaces(): Generator<readonly [string, string]> {
  for (let i = 0; i < 8000; i++) yield [`netns/c${i}/ss.txt`, 'tcp LISTEN 0 1 0.0.0.0:80 0.0.0.0:*\n'];
}

/** What is unpacked counts, as a listing may shrink to a fiftieth; of what is refused, what may be unpacked until then. */
describe.skipIf(process.platform !== 'linux')('an archive takes no more than twenty times what is in it', () => {
  it.each<readonly [name: string, archive: () => Promise<Buffer>]>([
    ['8 MB of rules', ordinary],
    ['8,000 namespaces', () => tar(namespaces())],
  ])('%s, packed or not', async (_, make) => {
    const archive = await make();
    for (const bytes of [archive, gzipSync(archive)]) {
      const { status, peak, said } = measured(bytes);
      expect([status, said]).toEqual([0, '']);
      expect(peak - own).toBeLessThan(TIMES * archive.length);
    }
  });

  it.each<readonly [name: string, archive: () => Promise<Buffer>, most: number, said: RegExp]>([
    // no text of theirs is kept: the most is what two runs may differ by
    [
      '100,000 entries',
      async () => gzipSync(await manyEntries(100_000)),
      0,
      /^dtrace-path: PATH: the snapshot is too large: more than 50000 files/,
    ],
    [
      'a bomb',
      async () => gzipSync(await tar([['host/iptables-save.txt', Buffer.alloc(200 * MEGABYTE)]])),
      2 * LIMITS.ratio * 0.2 * MEGABYTE,
      /^dtrace-path: PATH: the snapshot is too large: more than 200 times its own size/,
    ],
  ])('%s is refused, and holds little until then', async (_, make, most, expected) => {
    const { status, peak, said } = measured(await make());
    expect([status, said]).toEqual([2, expect.stringMatching(expected)]);
    expect(peak - own).toBeLessThan(most + NOISE);
  });
});

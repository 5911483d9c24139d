import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSnapshot, readSnapshot } from '../../src/snapshot/load.js';
import { oddEntry, tar } from '../support/archive.js';
import { isInstalled } from './host.js';
import { zip, type ZipEntry } from './zips.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dtrace-path-packed-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const RULES = '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n';
const GOOD: ZipEntry = { name: 'host/iptables-save.txt', body: Buffer.from(RULES) };
const written = (name: string, bytes: Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const CLIMBS = 'a path that leads out of the snapshot: it is not read';

describe('an entry of a zip that is no listing is refused and told, and the rest is read', () => {
  it.each<[name: string, entry: Partial<ZipEntry>, shown: string, message: string]>([
    ['../../etc/x', {}, '../../etc/x', CLIMBS],
    ['..', {}, '..', CLIMBS],
    ['.', {}, '.', CLIMBS],
    ['/etc/passwd', {}, '/etc/passwd', CLIMBS],
    ['C:/x', {}, 'C:/x', CLIMBS],
    // packers of Windows part folders so
    ['C:\\x\\y', {}, 'C:/x/y', CLIMBS],
    ['..\\..\\x', {}, '../../x', CLIMBS],
    ['\\\\server\\share', {}, '//server/share', CLIMBS],
    ['host/..\\../../x', {}, 'host/../../../x', CLIMBS],
    ['host/a\0b', {}, 'host/a\0b', CLIMBS],
    ['host/ss.txt', { mode: 0o120777 }, 'host/ss.txt', 'a symlink in the archive: only plain files are read'],
    ['host/ss.txt', { flags: 1 }, 'host/ss.txt', 'an encrypted file in the archive: only plain files are read'],
    ['host/ss.txt', { method: 99 }, 'host/ss.txt', 'a file packed by another method in the archive: only plain files are read'],
  ])('%j %o', async (name, entry, shown, message) => {
    const path = written('names.zip', zip([{ name, body: Buffer.from('x'), ...entry }, GOOD]));
    const { texts, problems } = await readSnapshot(path);
    expect([[...texts], problems]).toEqual([[[GOOD.name, RULES]], [{ origin: { file: shown, line: 0 }, text: shown, message }]]);
  });

  it('backslashes between folders are read as what they are there', async () => {
    const { texts } = await readSnapshot(written('back.zip', zip([{ ...GOOD, name: GOOD.name.replace('/', '\\') }])));
    expect([...texts.keys()]).toEqual([GOOD.name]);
  });

  it('one that holds more than it says ends the archive', async () => {
    const path = written('lying.zip', zip([{ ...GOOD, told: 3 }]));
    await expect(readSnapshot(path)).rejects.toThrow(/^.*lying\.zip: the archive cannot be read: too many bytes/);
  });
});

describe('an entry of a tar that is in pieces', () => {
  /** A record of pax counts itself (POSIX pax, extended header). */
  const record = (text: string): string => {
    for (let length = text.length + 2; ; length++) if (`${length} ${text}\n`.length === length) return `${length} ${text}\n`;
  };
  const block = (text: string): Buffer => Buffer.concat([Buffer.from(text), Buffer.alloc(512 - text.length)]);

  it('of GNU tar is told, and not read as a whole', async () => {
    const path = written('sparse.tar', Buffer.concat([oddEntry('host/ss.txt', 'S', 0), await tar([[GOOD.name, RULES]])]));
    const { texts, problems } = await readSnapshot(path);
    expect([[...texts.keys()], problems.map(({ message }) => message)]).toEqual([
      [GOOD.name],
      ['a file of an unknown kind in the archive: only plain files are read'],
    ]);
  });

  it('of pax is told, and not read as a whole', async () => {
    const pax = record('GNU.sparse.major=1') + record('GNU.sparse.minor=0') + record('GNU.sparse.name=host/ss.txt');
    const sparse = [oddEntry('x', 'x', pax.length), block(pax), oddEntry('host/GNUSparseFile.0/ss.txt', '0', 4), block('1\n0\n')];
    const path = written('sparse.tar', Buffer.concat([...sparse, await tar([[GOOD.name, RULES]])]));
    const { texts, problems } = await readSnapshot(path);
    expect([[...texts.keys()], problems.map(({ message }) => message)]).toEqual([
      [GOOD.name],
      ['a sparse file in the archive: only plain files are read'],
    ]);
  });
});

/** Packs by a program: Node has no such packer. */
function packedBy(program: string, args: readonly string[], bytes: Buffer): Buffer {
  return spawnSync(program, args, { input: bytes, maxBuffer: 2 ** 28 }).stdout;
}

/** More than may be unpacked of so small a file, and little enough to make. */
const ZEROS = Buffer.alloc(10 * 2 ** 20);
const BOMB = 'more than 200 times its own size when unpacked';

describe('a bomb is given up, however it is packed', () => {
  const packers: readonly (readonly [program: string, args: readonly string[]])[] = [
    ['xz', ['-1', '-c']],
    ['zstd', ['-1', '-c', '-q']],
    ['gzip', ['-9', '-c']],
  ];
  const cases = packers
    .filter(([program]) => isInstalled(program))
    .flatMap((packer) => [[...packer, 'tar'] as const, [...packer, 'file'] as const]);
  it.each(cases)('by %s %j, as a %s', async (program, args, what) => {
    const bytes = what === 'tar' ? await tar([['host/ss.txt', ZEROS]]) : ZEROS;
    await expect(loadSnapshot(written(`bomb.${program}`, packedBy(program, args, bytes)))).rejects.toThrow(BOMB);
  });

  it('by zip', async () => {
    await expect(loadSnapshot(written('bomb.zip', zip([{ name: 'host/ss.txt', body: ZEROS }])))).rejects.toThrow(BOMB);
  });

  it('by zip whose directory names the same bytes over and over', async () => {
    const body = ZEROS.subarray(0, 2 ** 20);
    await expect(loadSnapshot(written('over.zip', zip([{ name: 'host/ss.txt', body }], 300)))).rejects.toThrow(BOMB);
  });
});

describe('what is packed in what is packed is not unpacked', () => {
  const nested = async (): Promise<readonly (readonly [what: string, bytes: Buffer])[]> => {
    const tgz = gzipSync(await tar([[GOOD.name, RULES]]));
    const inZip = zip([{ name: 'a.tar.gz', body: tgz }]);
    const inTar = gzipSync(await tar([['a.zip', inZip]]));
    return [
      ['gzip in gzip', gzipSync(tgz)],
      ['tar.gz in zip', inZip],
      ['tar.gz in zip in tar.gz', inTar],
      ['and in a zip once more', zip([{ name: 'b.tgz', body: inTar }])],
    ];
  };
  it.each([0, 1, 2, 3])('%i', async (i) => {
    const [what = '', bytes = Buffer.alloc(0)] = (await nested())[i] ?? [];
    await expect(loadSnapshot(written(`nested${i}`, bytes)), what).rejects.toThrow('holds no listing that is known');
  });
});

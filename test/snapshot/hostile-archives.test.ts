import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectHost } from '../../src/snapshot/inspection.js';
import { loadSnapshot, readSnapshot } from '../../src/snapshot/load.js';
import { openCapture } from '../../src/snapshot/open-capture.js';
import { manyEntries, oddEntry, tar } from '../support/archive.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dtrace-path-archives-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const RULES = '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n';

async function archive(
  entries: readonly (readonly [header: Partial<Header> & { name: string }, body?: string | Buffer])[],
): Promise<string> {
  const tar = pack();
  for (const [header, body] of entries) tar.entry(header, body ?? '');
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) if (chunk instanceof Uint8Array) chunks.push(chunk);
  const path = join(folder, 'host.tgz');
  writeFileSync(path, gzipSync(Buffer.concat(chunks)));
  return path;
}

async function captureIn(path: string, inner: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of openCapture(path, inner)) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('entries that are no listings', () => {
  it.each<[name: string, header: Partial<Header> & { name: string }, message: string]>([
    ['a path out', { name: '../../etc/passwd' }, 'a path that leads out of the snapshot: it is not read'],
    ['a path out, later', { name: 'host/../../x' }, 'a path that leads out of the snapshot: it is not read'],
    ['an absolute path', { name: '/etc/passwd' }, 'a path that leads out of the snapshot: it is not read'],
    ['a drive', { name: 'C:/x' }, 'a path that leads out of the snapshot: it is not read'],
    ['backslashes', { name: 'host\\ss.txt' }, 'a path that leads out of the snapshot: it is not read'],
    [
      'a symbolic link',
      { name: 'host/ss.txt', type: 'symlink', linkname: '/etc/passwd' },
      'a symlink in the archive: only plain files are read',
    ],
    ['a hard link', { name: 'host/ss.txt', type: 'link', linkname: 'meta.json' }, 'a link in the archive: only plain files are read'],
    ['a device', { name: 'host/ss.txt', type: 'character-device' }, 'a character-device in the archive: only plain files are read'],
    ['a block device', { name: 'host/ss.txt', type: 'block-device' }, 'a block-device in the archive: only plain files are read'],
    ['a pipe', { name: 'host/ss.txt', type: 'fifo' }, 'a fifo in the archive: only plain files are read'],
  ])('%s is refused and told', async (_, header, message) => {
    const path = await archive([[{ name: 'host/iptables-save.txt' }, RULES], [header]]);
    const { texts, problems } = await readSnapshot(path);
    expect([[...texts.keys()], problems]).toEqual([
      ['host/iptables-save.txt'],
      [{ origin: { file: header.name, line: 0 }, text: header.name, message }],
    ]);
    expect(inspectHost(await loadSnapshot(path)).problems.map((p) => p.message)).toContain(message);
  });

  it('a file that is there twice is told', async () => {
    const path = await archive([
      [{ name: 'host/iptables-save.txt' }, 'first'],
      [{ name: './host/iptables-save.txt' }, RULES],
    ]);
    const { texts, problems } = await readSnapshot(path);
    expect([texts.get('host/iptables-save.txt'), problems.map((p) => p.message)]).toEqual([
      RULES,
      ['the archive holds this file twice: the later one is read'],
    ]);
  });

  it('a capture that is there twice is told, and read once: the first of them that is a plain file', async () => {
    const path = await archive([
      [{ name: 'captures/host/any.pcap', type: 'symlink', linkname: '/etc/passwd' }],
      [{ name: 'captures//host/./any.pcap' }, 'first'],
      [{ name: 'captures/host/any.pcap' }, 'second'],
    ]);
    const { captures, problems } = await readSnapshot(path);
    expect([captures, problems.map((p) => p.message)]).toEqual([
      ['captures/host/any.pcap'],
      ['a symlink in the archive: only plain files are read', 'the archive holds this capture twice: the first one is read'],
    ]);
    expect(await captureIn(path, 'captures/host/any.pcap')).toBe('first');
  });

  it('a capture is not looked for behind a link in the folder around', async () => {
    const [inside, outside] = [join(folder, 'linked'), join(folder, 'outside')];
    for (const path of [join(inside, 'h1/captures/host'), join(outside, 'host')]) mkdirSync(path, { recursive: true });
    writeFileSync(join(outside, 'host/any.pcap'), 'outside');
    writeFileSync(join(inside, 'h1/captures/host/any.pcap'), 'inside');
    symlinkSync(outside, join(inside, 'captures'));
    expect((await readSnapshot(inside)).captures).toEqual(['captures/host/any.pcap']);
    expect(await captureIn(inside, 'captures/host/any.pcap')).toBe('inside');
  });

  it.each(['5', '2', '3', '6', 'S', '\0', '7'])('an entry of type %j whose size is told ends', async (type) => {
    const path = join(folder, 'odd.tar');
    const body = Buffer.alloc(1024);
    const rest = await tar([
      ['host/iptables-save.txt', RULES],
      ['captures/host/any.pcap', 'packets'],
    ]);
    writeFileSync(path, Buffer.concat([oddEntry('host/x', type, body.length), body, rest]));
    const { texts } = await readSnapshot(path);
    expect(texts.get('host/iptables-save.txt')).toBe(RULES);
    expect(await captureIn(path, 'captures/host/any.pcap')).toBe('packets');
  });

  it('names of the language are names like any other', async () => {
    const path = await archive([
      [{ name: 'netns/__proto__/iptables-save.txt' }, RULES],
      [{ name: 'netns/constructor/iptables-save.txt' }, RULES],
      [{ name: 'docker/containers.json' }, '[{"__proto__":{"Privileged":true},"Id":"1","Name":"/toString","NetworkSettings":{}}]'],
    ]);
    const host = await loadSnapshot(path);
    expect([...host.netns.keys()]).toEqual(['host', '__proto__', 'constructor']);
    expect(host.containers.map(({ name, privileged }) => [name, privileged])).toEqual([['toString', false]]);
    expect(Object.hasOwn(Object.prototype, 'Privileged')).toBe(false);
  });
});

describe('archives that are too large', () => {
  const REMEDY = 'Give the files that matter, one by one or in a smaller folder';

  it('a bomb is given up before it is unpacked', async () => {
    const path = await archive([[{ name: 'host/ss.txt' }, Buffer.alloc(64 * 2 ** 20)]]);
    await expect(readSnapshot(path)).rejects.toThrow(
      `${path}: the snapshot is too large: more than 200 times its own size when unpacked. ${REMEDY}`,
    );
  });

  it('a bomb in the place of a capture as well', async () => {
    const path = await archive([[{ name: 'captures/host/any.pcap' }, Buffer.alloc(64 * 2 ** 20)]]);
    await expect(readSnapshot(path)).rejects.toThrow('more than 200 times its own size when unpacked');
  });

  it.each<[where: string, before: Buffer]>([
    ['behind the end of the archive', Buffer.alloc(1024)],
    ['in the place of a long name', oddEntry('x', 'L', 64 * 2 ** 20)],
    ['in the place of headers of POSIX', oddEntry('x', 'x', 64 * 2 ** 20)],
    ['in a link', oddEntry('x', '2', 64 * 2 ** 20)],
    ['in a folder', oddEntry('x', '5', 64 * 2 ** 20)],
  ])('a bomb %s is given up as well', async (_, before) => {
    const path = join(folder, 'odd.tgz');
    writeFileSync(path, gzipSync(Buffer.concat([before, Buffer.alloc(64 * 2 ** 20)])));
    await expect(readSnapshot(path)).rejects.toThrow(/more than 200 times its own size when unpacked|Header exceeds max size/);
  });

  it('100,000 entries are refused', async () => {
    const path = join(folder, 'many.tgz');
    writeFileSync(path, gzipSync(await manyEntries(100_000)));
    await expect(readSnapshot(path)).rejects.toThrow(`${path}: the snapshot is too large: more than 50000 files. ${REMEDY}`);
  });

  it('10,000 entries are read', async () => {
    const path = await archive(
      Array.from({ length: 10_000 }, (_, i) => [{ name: `netns/c${i}/sysctl.txt` }, 'net.ipv4.ip_forward = 1\n'] as const),
    );
    expect((await loadSnapshot(path)).netns.size).toBe(10_001);
  });
});

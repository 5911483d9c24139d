import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import { manyEntries, oddEntry, tar } from '../../../support/archive.js';
import { zip } from '../../zips.js';
import type { Attack } from '../attack.js';
import { fixture, recorded, written, writtenFile } from './base.js';

const SMALL = 'hostile/verify-batch-rce/host/ip-addr.json';
const RULES = '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n';
/** A host that is read in no time. */
export const small = (): Map<string, string> =>
  new Map([
    ['host/iptables-save.txt', RULES],
    ['host/ip-addr.json', fixture(SMALL)],
  ]);

type Entry = Partial<Header> & { readonly name: string; readonly body?: string };

/** @returns an archive of the small host, before or behind other entries. */
async function around(...entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { body = '', ...headers } of entries) archive.entry(headers, body);
  for (const [name, text] of small()) archive.entry({ name }, text);
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const file =
  (name: string, bytes: () => Buffer | Promise<Buffer>): Attack['make'] =>
  async (folder) => ({ snapshot: writtenFile(folder, name, await bytes()) });
const linked = (name: string, linkname: string, type: NonNullable<Header['type']> = 'symlink'): Entry => ({
  name,
  linkname,
  type,
});

/** A folder with what is no plain file in the place of listings. */
function oddFolder(folder: string): { readonly snapshot: string } {
  written(folder, recorded('docker28-dual'));
  for (const [name, to] of [
    ['host/self', 'self'],
    ['host/ss.txt.d', '..'],
    ['netns/loop', '.'],
    ['netns/root', '/'],
    ['docker/version.json.bak', '/etc/shadow'],
    ['host/dmesg.txt', '/dev/zero'],
    ['host/ps.txt', '/proc/self/environ'],
  ] as const)
    symlinkSync(to, join(folder, name));
  execFileSync('mkfifo', [join(folder, 'host/netstat.txt'), join(folder, 'host/wg-show.txt')]);
  if (process.getuid?.() === 0) execFileSync('mknod', [join(folder, 'host/resolv.conf'), 'c', '1', '5']);
  return { snapshot: folder };
}

/** A folder as deep as a path may be, and one with a name that is no UTF-8. */
function deepFolder(folder: string): { readonly snapshot: string } {
  written(folder, small());
  mkdirSync(join(folder, 'host', ...Array<string>(900).fill('d')), { recursive: true });
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/host/`), Buffer.from([0xff, 0xfe, 0x1b, 0x5b, 0x4a])]), 'x');
  writeFileSync(join(folder, 'host', 'ss\u001b]52;c;b3duZWQ=\u0007.txt'), 'x');
  return { snapshot: folder };
}

const record = (text: string): string => {
  for (let length = text.length + 2; ; length++) if (`${length} ${text}\n`.length === length) return `${length} ${text}\n`;
};
/** An extended header of pax before an entry (POSIX pax). */
function pax(text: string, entry: Buffer): Buffer {
  const body = Buffer.from(record(text));
  return Buffer.concat([oddEntry('x', 'x', body.length), body, Buffer.alloc((512 - (body.length % 512)) % 512), entry]);
}
const plain = (name: string): Buffer => Buffer.concat([oddEntry(name, '0', 2), Buffer.from('x\n'), Buffer.alloc(510)]);
const withSmall = async (bytes: Buffer): Promise<Buffer> => Buffer.concat([bytes, await tar(small())]);

const ZEROS = Buffer.alloc(12 * 2 ** 20);
const NOTHING_KNOWN = /holds no listing that is known/;
const BOMB = /more than 200 times its own size when unpacked/;

/** Archives and folders that lead out, never end, or are more than they seem. */
export const PACKED: readonly Attack[] = [
  {
    name: 'a zip in a tar in gzip in a zip',
    make: file('a.zip', async () =>
      zip([{ name: 'b.tgz', body: gzipSync(await tar([['c.zip', zip([{ name: 'host/ss.txt', body: Buffer.from('x') }])]])) }]),
    ),
    refused: NOTHING_KNOWN,
  },
  {
    name: 'a tar that gzip makes small',
    make: file('a.tgz', async () => gzipSync(await tar([['host/ss.txt', ZEROS]]), { level: 9 })),
    refused: BOMB,
  },
  { name: 'a gzip in a gzip', make: file('a.tgz', () => gzipSync(gzipSync(ZEROS))), refused: NOTHING_KNOWN },
  {
    name: 'a zip that names the same bytes again and again',
    make: file('a.zip', () => zip([{ name: 'host/ss.txt', body: ZEROS.subarray(0, 2 ** 20) }], 300)),
    refused: BOMB,
  },
  { name: 'more entries than a host has', make: file('a.tar', () => manyEntries(60_000)), refused: /too large/ },
  {
    name: 'a link out of the archive, and a file by way of it',
    make: file('a.tar', () => around(linked('host/out', '/tmp'), { name: 'host/out/PWN', body: 'x' })),
  },
  {
    name: 'a link to the folder above, and a file by way of it',
    make: file('a.tar', () => around(linked('up', '../../../../../../tmp'), { name: 'up/PWN', body: 'x' })),
  },
  { name: 'a hard link out of the archive', make: file('a.tar', () => around(linked('host/ss.txt', '/etc/shadow', 'link'))) },
  {
    name: 'links in a circle',
    make: file('a.tar', () => around(linked('host/ss.txt', 'ps.txt'), linked('host/ps.txt', 'ss.txt'), linked('host', 'host'))),
  },
  {
    name: 'devices and pipes',
    make: file('a.tar', () =>
      around(
        { name: 'host/ss.txt', type: 'character-device' },
        { name: 'host/ps.txt', type: 'block-device' },
        { name: 'host/dmesg.txt', type: 'fifo' },
      ),
    ),
  },
  { name: 'a name of ten thousand parts', make: file('a.tar', () => around({ name: `host/${'d/'.repeat(10_000)}ss.txt`, body: 'x' })) },
  {
    name: 'a name of ten thousand parts that climb',
    make: file('a.tar', () => around({ name: `${'../'.repeat(10_000)}tmp/PWN`, body: 'x' })),
  },
  {
    name: 'a name that a header of pax gives',
    make: file('a.tar', () => withSmall(pax('path=../../../../tmp/PWN', plain('host/ss.txt')))),
  },
  {
    name: 'a size that a header of pax gives',
    make: file('a.tar', () => withSmall(pax('size=9223372036854775807', plain('host/ss.txt')))),
  },
  { name: 'a size below nothing', make: file('a.tar', () => withSmall(pax('size=-1', plain('host/ss.txt')))) },
  {
    name: 'a size of which the archive has no more than the beginning',
    make: file('a.tar', () => withSmall(oddEntry('host/ss.txt', '0', 2 ** 33 - 1))),
  },
  {
    name: 'a sparse file of exabytes',
    make: file('a.tar', () => withSmall(pax('GNU.sparse.realsize=9223372036854775807', pax('GNU.sparse.map=0,1', plain('host/ss.txt'))))),
  },
  {
    name: 'headers of pax without end',
    make: file('a.tar', () => withSmall(Buffer.concat(Array.from({ length: 20_000 }, () => pax('comment=x', Buffer.alloc(0)))))),
  },
  { name: 'links, pipes and devices in a folder', make: oddFolder },
  { name: 'a folder as deep as can be', make: deepFolder },
];

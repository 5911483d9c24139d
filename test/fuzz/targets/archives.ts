import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import { loadSnapshot, readSnapshot } from '../../../src/snapshot/load.js';
import { HOSTILE_NAMES } from '../grammar/values.js';
import { survivesAsync } from '../survives.js';
import { target, type Target } from './target.js';

const entryName = fc.oneof(
  fc.constantFrom(
    'host/iptables-save.txt',
    'host/ip-addr.json',
    'netns/web/ss.txt',
    'meta.json',
    'h1/host/ip-rule.json',
    './host/sysctl.txt',
  ),
  fc.constantFrom(
    '../out',
    '/etc/passwd',
    'a/../../b',
    'C:\\x',
    'host//x',
    'host/./y',
    '.',
    '..',
    'x'.repeat(300),
    'captures/host/any.pcap',
  ),
  fc.constantFrom(...HOSTILE_NAMES.filter((name) => name !== '' && !name.includes('\0'))),
);
const entry = fc.record({
  name: entryName,
  type: fc.constantFrom<NonNullable<Header['type']>[]>(
    'file',
    'directory',
    'link',
    'symlink',
    'character-device',
    'block-device',
    'fifo',
    'contiguous-file',
  ),
  body: fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.constantFrom('*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n', '[]', '{"format":"dtrace-path-snapshot/1"}'),
  ),
});
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

async function packed(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, type, body } of entries) {
    const link = type === 'link' || type === 'symlink';
    if (link) tar.entry({ name, type, linkname: body.slice(0, 90) || 'x' });
    else if (type === 'file' || type === 'contiguous-file') tar.entry({ name, type }, body);
    else tar.entry({ name, type });
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

const damage = fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), byte: fc.integer({ min: 0, max: 255 }) });

function damagedBytes(bytes: Buffer, edits: readonly { readonly at: number; readonly byte: number }[], keep: number): Buffer {
  const copy = Buffer.from(bytes);
  for (const { at, byte } of edits) copy[Math.floor(at * copy.length)] = byte;
  return copy.subarray(0, Math.ceil(keep * copy.length));
}

/** Archives: entries of every kind under every name, with damaged bytes, plain and compressed. */
export const ARCHIVE_TARGETS: readonly Target[] = [
  target('archive', 150, () =>
    fc.asyncProperty(
      fc.array(entry, { maxLength: 12 }),
      fc.array(damage, { maxLength: 4 }),
      fc.constantFrom(1, 1, 1, 0.9, 0.5),
      fc.boolean(),
      fc.boolean(),
      async (entries, edits, keep, gzip, damageInside) => {
        const tar = await packed(entries);
        const inside = damageInside ? damagedBytes(tar, edits, keep) : tar;
        const bytes = gzip ? gzipSync(inside) : inside;
        const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-fuzz-'));
        try {
          const path = join(folder, 'host.tgz');
          writeFileSync(path, damageInside ? bytes : damagedBytes(bytes, edits, keep));
          const files = await survivesAsync(() => readSnapshot(path));
          for (const name of files?.texts.keys() ?? [])
            if (name.startsWith('/') || name.split('/').includes('..')) throw new Error(`a path that leads out: ${name}`);
          await survivesAsync(() => loadSnapshot(path));
        } finally {
          rmSync(folder, { recursive: true });
        }
      },
    ),
  ),
];

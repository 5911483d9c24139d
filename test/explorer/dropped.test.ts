import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { plainTexts, textsOf, type PlainTexts } from '../../src/explorer/data.js';
import { readDropped, type DroppedFile } from '../../src/explorer/page/dropped.js';
import { textsOfDropped } from '../../src/explorer/page/dropped-host.js';
import type { Host } from '../../src/model/host.js';
import { hostOfTexts } from '../../src/snapshot/host-texts.js';

const HOST = fileURLToPath(new URL('../../fixtures/hosts/docker28-dual', import.meta.url));
const RULES = 'host/iptables-save.txt';

interface Entry {
  readonly name: string;
  readonly text?: string;
  /** Set for a link. */
  readonly linkname?: string;
  readonly pax?: Readonly<Record<string, string>>;
}

const RECORDED: readonly Entry[] = readdirSync(HOST, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({ name: path.slice(HOST.length + 1), text: readFileSync(path, 'utf8') }));

/** The recorded host, with something else in the place of its rules. */
const instead = (rules: Omit<Entry, 'name'>): readonly Entry[] => [
  ...RECORDED.filter(({ name }) => name !== RULES),
  { name: RULES, ...rules },
];

/** A tar as a person drops it. */
async function tarOf(name: string, entries: readonly Entry[]): Promise<DroppedFile> {
  const tar = pack();
  for (const { name: path, text = '', linkname, pax } of entries)
    if (linkname === undefined) tar.entry({ name: path, ...(pax === undefined ? {} : { pax: { ...pax } }) }, text);
    else tar.entry({ name: path, type: 'symlink', linkname });
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return { path: name, read: () => Promise.resolve(new Uint8Array(Buffer.concat(chunks))) };
}

const file = (path: string, text: string): DroppedFile => ({ path, read: () => Promise.resolve(new TextEncoder().encode(text)) });

/** A file that the browser may not read. */
const closed = (path: string): DroppedFile => ({
  path,
  read: () => Promise.reject(new DOMException('it could not be read', 'NotReadableError')),
});

async function dropped(files: readonly DroppedFile[]): Promise<Host> {
  const texts = textsOfDropped(await readDropped(files));
  // as the page of a host has it: through text
  return hostOfTexts(textsOf(JSON.parse(JSON.stringify(plainTexts(texts))) as PlainTexts));
}

/** What a host says of what it holds and nobody read, and of a way that rests on the rules. */
function told(host: Host): unknown {
  const unread = host.files.filter(({ why }) => why !== undefined).map(({ file: name, why }) => `${name}: ${why ?? ''}`);
  return [unread, traceFlow(createMachine(host), { from: 'web6', to: '203.0.113.8', dport: 443 }).outcome];
}

const CLOSED = 'it cannot be read (NotReadableError): nothing of it is known';

describe('what is dropped and cannot be read', () => {
  it.each<[string, readonly Entry[], unknown]>([
    ['nothing of that kind', RECORDED, [[], 'leaves-host']],
    [
      'a link in the place of the rules',
      instead({ linkname: '/etc/passwd' }),
      [[`${RULES}: a symlink in the archive: only plain files are read`], 'unknown'],
    ],
    [
      'a sparse file in their place',
      instead({ text: 'x', pax: { 'GNU.sparse.major': '1' } }),
      [[`${RULES}: a sparse file in the archive: only plain files are read`], 'unknown'],
    ],
    [
      'a link that is no listing, in a folder around the snapshot',
      [...RECORDED, { name: 'host/x.txt', linkname: 'y' }].map((entry) => ({ ...entry, name: `h1/${entry.name}` })),
      [['host/x.txt: a symlink in the archive: only plain files are read'], 'leaves-host'],
    ],
  ])('in an archive: %s', async (_, entries, expected) => {
    expect(told(await dropped([await tarOf('h.tar', entries)]))).toEqual(expected);
  });

  it('of a bundle, a sparse file may be a listing; a link leads to one that has its own name', async () => {
    const bundle = [
      { name: 'sos/rules', text: '*filter\n:FORWARD DROP [0:0]\nCOMMIT\n' },
      { name: 'sos/link', linkname: 'rules' },
      { name: 'sos/holes', text: 'x', pax: { 'GNU.sparse.major': '1' } },
    ];
    const host = await dropped([await tarOf('sos.tar', bundle), file('addr.txt', 'x')]);
    expect(host.files.filter(({ why }) => why !== undefined)).toEqual([
      { file: 'sos/sos/holes', used: 'none', lines: 0, unread: 1, why: 'a sparse file in the archive: only plain files are read' },
    ]);
  });

  it('a file that the browser may not read: the rest is read', async () => {
    const files = RECORDED.map(({ name, text = '' }) => (name === RULES ? closed(`h1/${name}`) : file(`h1/${name}`, text)));
    expect(told(await dropped(files))).toEqual([[`${RULES}: ${CLOSED}`], 'unknown']);
  });

  it('nothing but that: it is said', async () => {
    await expect(dropped([closed('rules.txt')])).rejects.toThrow(`rules.txt: ${CLOSED}. Choose plain files that you may read`);
  });
});

import type { Attack, CommandName, Poisoned } from '../attack.js';
import { written, writtenFile } from './base.js';
import { small } from './packed.js';

/** What stands beside a snapshot, as somebody else may have written it. */
type Kind = Exclude<keyof Poisoned, 'snapshot' | 'pcap'>;

const READ_BY: Readonly<Record<Kind, readonly CommandName[]>> = {
  policy: ['check'],
  rules: ['audit'],
  config: ['audit'],
  flows: ['trace'],
  compose: ['trace', 'diff'],
};

function beside(name: string, kind: Kind, file: string, text: string | Buffer, secrets: readonly string[] = []): Attack {
  return {
    name: `${kind}: ${name}`,
    readBy: READ_BY[kind],
    make: (folder) => {
      const snapshot = written(`${folder}/snapshot`, small());
      const path = writtenFile(`${folder}/beside`, file, text);
      return { snapshot, [kind]: kind === 'rules' ? `${folder}/beside` : path };
    },
    secrets,
  };
}

const laughs = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefghi'.split('').map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`),
].join('\n');
const policy = (name: string): string =>
  `version: 1\nassertions:\n  - name: ${JSON.stringify(name)}\n    comment: ${JSON.stringify(name)}\n    deny: { from: any, to: host }\n`;
const rule = (id: string): string =>
  JSON.stringify({
    id: 'x-rule',
    title: id,
    severity: 'high',
    rationale: id,
    remedy: id,
    references: [{ name: id, url: `javascript:${id}` }],
    check: { kind: 'path', from: ['outside'], to: { kind: ['host'], ports: [1] } },
  });
const EVIL = '\u001b]0;owned\u0007<img src=x onerror=alert(1)>|x|\n::error::owned\n](javascript:x)\u202e';
const WORD = 'S3crBesideW';

/** Blocks of a capture that are not what they say (pcap and pcapng, draft-ietf-opsawg). */
const u32 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32LE(value >>> 0, i * 4));
  return bytes;
};
const pcap = (snaplen: number, linktype: number, ...packets: readonly Buffer[]): Buffer =>
  Buffer.concat([u32(0xa1b2c3d4, 0x00040002, 0, 0, snaplen, linktype), ...packets]);
const packet = (captured: number, original: number, body: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([u32(1, 0, captured, original), body]);
const SECTION = Buffer.concat([u32(0x0a0d0d0a, 28, 0x1a2b3c4d, 0x00000001, 0xffffffff, 0xffffffff, 28)]);
const INTERFACE = u32(1, 20, 1, 0, 20);
const block = (type: number, length: number, body: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([u32(type, length), body, u32(length)]);
const captured = (name: string, bytes: () => Buffer): Attack => ({
  name: `capture: ${name}`,
  readBy: ['flows', 'trace'],
  make: (folder) => ({ snapshot: written(`${folder}/snapshot`, small()), pcap: writtenFile(folder, 'x.pcap', bytes()) }),
});

/** Policies, configurations, rules, flows, Compose files and captures of an enemy. */
export const BESIDE: readonly Attack[] = [
  beside('aliases of aliases', 'policy', 'p.yaml', `${laughs}\n${policy('x')}`),
  beside('names that act', 'policy', 'p.yaml', policy(EVIL)),
  beside('levels without end', 'policy', 'p.yaml', `version: 1\nassertions: ${'['.repeat(100_000)}`),
  beside('a tag that makes a function', 'policy', 'p.yaml', `version: 1\nassertions: !!js/function "x"\n`),
  beside(
    'names of the language',
    'policy',
    'p.json',
    '{"version":1,"__proto__":{"assertions":[]},"groups":{"__proto__":["host"],"constructor":["host"]},"assertions":[{"name":"__proto__","deny":{"from":"any","to":"constructor"}}]}',
  ),
  beside('a merge of itself', 'policy', 'p.yaml', `a: &a\n  <<: *a\n${policy('x')}`),
  beside('names that act', 'rules', 'r.json', rule(EVIL)),
  beside('levels without end', 'rules', 'r.json', '['.repeat(100_000)),
  beside('names of the language', 'rules', 'r.json', '{"__proto__":{"id":"x"},"constructor":1}'),
  beside('aliases of aliases', 'config', 'c.yaml', `${laughs}\naudit: { suppress: [] }\n`),
  beside(
    'names that act',
    'config',
    'c.yaml',
    `audit: { suppress: [ { rule: ${JSON.stringify(EVIL)}, object: ${JSON.stringify(EVIL)}, reason: ${JSON.stringify(EVIL)}, expires: 2099-01-01 } ] }\n`,
  ),
  beside(
    'names of the language',
    'config',
    'c.json',
    '{"__proto__":{"audit":{}},"audit":{"__proto__":1,"suppress":[{"rule":"__proto__","object":"constructor","reason":"x"}]}}',
  ),
  beside(
    'levels without end',
    'flows',
    'f.ndjson',
    `${'['.repeat(100_000)}\n{"from":"host","to":"198.51.100.1","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}\n`,
  ),
  beside(
    'names that act',
    'flows',
    'f.ndjson',
    `${JSON.stringify({ id: EVIL, from: EVIL, to: EVIL })}\n{"__proto__":{"from":"host"},"to":"x"}\n{"id":"__proto__","from":"host","to":"198.51.100.1"}\n`,
  ),
  beside('a line without an end', 'flows', 'f.ndjson', 'x'.repeat(2 ** 22)),
  beside('aliases of aliases', 'compose', 'c.yaml', `x-a:\n${laughs.replace(/^/gm, '  ')}\nservices: { web: { image: i } }\n`),
  beside(
    'a path out of the project',
    'compose',
    'c.yaml',
    'services:\n  web:\n    extends: { file: ../../../../../../etc/passwd, service: root }\n    env_file: /etc/shadow\n',
  ),
  beside('names that act', 'compose', 'c.yaml', `services:\n  ${JSON.stringify(EVIL)}:\n    image: ${JSON.stringify(EVIL)}\n`),
  beside(
    'passwords',
    'compose',
    'c.yaml',
    `services:\n  web:\n    image: nginx\n    command: ["x", "--password=${WORD}"]\n    environment:\n      DB_PASSWORD: ${WORD}\n      URL: https://u:${WORD}@h/\n    labels: { token: ${WORD} }\n    healthcheck: { test: "mysql -p${WORD}" }\n    build: { args: { KEY: ${WORD} } }\n    secrets: [s]\nsecrets: { s: { environment: ${WORD} } }\n`,
    [WORD],
  ),
  beside(
    'passwords where a Compose file is not understood',
    'compose',
    'c.yaml',
    `services:\n  web:\n    image: nginx\n    environment: "DB_PASSWORD=${WORD}"\n    ports: ["token=${WORD}"]\n`,
    [WORD],
  ),
  captured('a snaplen of nothing', () => pcap(0, 1, packet(60, 60, Buffer.alloc(60)))),
  captured('a snaplen of 4 GiB and a packet of as many', () => pcap(0xffffffff, 1, packet(0xffffffff, 0xffffffff, Buffer.alloc(60)))),
  captured('a packet that is longer than it was', () =>
    pcap(65535, 1, packet(60, 1, Buffer.alloc(60)), packet(0, 0), packet(0, 0xffffffff)),
  ),
  captured('a link that nobody has', () => pcap(65535, 0xffffffff, packet(4, 4, Buffer.alloc(4)))),
  captured('a block of length 0', () => Buffer.concat([SECTION, INTERFACE, block(6, 0), block(6, 0)])),
  captured('a block of 4 GiB', () => Buffer.concat([SECTION, INTERFACE, block(6, 0xfffffffc, Buffer.alloc(64))])),
  captured('a block of no multiple of four', () => Buffer.concat([SECTION, INTERFACE, block(6, 13, Buffer.alloc(5))])),
  captured('a hundred thousand interfaces', () => Buffer.concat([SECTION, ...Array<Buffer>(100_000).fill(INTERFACE)])),
  captured('a clock of 2^-127 seconds', () =>
    Buffer.concat([SECTION, block(1, 32, u32(1, 0, 0x00010009, 0x000000ff, 0)), block(6, 36, u32(0, 0xffffffff, 0xffffffff, 0, 0))]),
  ),
  captured('options longer than their block', () => Buffer.concat([SECTION, block(1, 28, u32(1, 0, 0xffff0002, 0x41414141))])),
  captured('packets of an interface that is not there', () => Buffer.concat([SECTION, block(6, 32, u32(0xffffffff, 0, 0, 0, 0))])),
  captured('sections without end', () => Buffer.concat(Array<Buffer>(50_000).fill(SECTION))),
];

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseBaseline } from '../../src/audit/baseline.js';
import { parseRule } from '../../src/audit/rules/load.js';
import { readConfig } from '../../src/commands/audit/config.js';
import { readComposeFiles } from '../../src/commands/common/compose-files.js';
import { readFlows } from '../../src/commands/common/flow-lines.js';
import { readText } from '../../src/commands/common/read-text.js';
import { readPolicy } from '../../src/reachability/policy/read.js';

const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-encodings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const RULE = {
  id: 'own-rule',
  title: 'A café',
  severity: 'high',
  rationale: 'é',
  remedy: 'é',
  references: [{ name: 'é', url: 'https://example.org/é' }],
  check: { kind: 'path', from: ['container'], to: { relation: 'no-shared-network' } },
};

/** What stands beside a snapshot: a text of each kind, and what its reader makes of a file. Each holds a letter that is no ASCII, in a name. */
const KINDS: Readonly<Record<string, { readonly file: string; readonly text: string; readonly read: (path: string) => Promise<unknown> }>> =
  {
    policy: {
      file: 'p.yaml',
      text: '# a comment\nversion: 1\ngroups:\n  "café": [web]\nassertions:\n  - name: "é"\n    deny: { from: outside, to: "café" }\n',
      read: async (path) => readPolicy(await readText(path), 'p.yaml'),
    },
    'policy as JSON': {
      file: 'p.json',
      text: '{"version":1,\n"groups":{"café":["web"]},"assertions":[{"name":"é","deny":{"from":"outside","to":"café"}}]}\n',
      read: async (path) => readPolicy(await readText(path), 'p.json'),
    },
    configuration: {
      file: 'c.yaml',
      text: '# a comment\naudit:\n  suppress:\n    - { rule: host-network, object: "café", reason: "é", expires: 2099-01-01 }\n',
      read: async (path) => ({ ...(await readConfig(path)), file: '' }),
    },
    'configuration as JSON': {
      file: 'c.json',
      text: '{"audit":\n{"suppress":[{"rule":"host-network","object":"café","reason":"é","expires":"2099-01-01"}]}}\n',
      read: async (path) => ({ ...(await readConfig(path)), file: '' }),
    },
    rule: {
      file: 'r.json',
      text: `${JSON.stringify(RULE, undefined, 2)}\n`,
      read: async (path) => parseRule(await readText(path), 'r.json'),
    },
    baseline: {
      file: 'b.json',
      text: '{"format":"dtrace-path-baseline/1",\n"findings":[{"rule":"x","object":"café","fingerprint":"é"}]}\n',
      read: async (path) => parseBaseline(await readText(path), 'b.json'),
    },
    'Compose file': {
      file: 'compose.yaml',
      text: '# a comment\nservices:\n  web:\n    image: i\n    labels: { a: "café" }\n    ports: ["8080:80"]\n',
      read: async (path) => JSON.stringify(await readComposeFiles([path], {})).replaceAll(path, ''),
    },
    flows: {
      file: 'f.ndjson',
      text: '{"id":"1","from":"web","to":"198.51.100.1"}\n{"id":"é","from":"café","to":"198.51.100.1"}\n',
      read: async (path) => {
        const all: unknown[] = [];
        for await (const { request } of readFlows(path)) all.push(request);
        return all;
      },
    },
  };

const utf16 = (text: string, swap: boolean): Buffer => (swap ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, 'utf16le'));
const MARK = '\ufeff';
/** Letters of the fifth line on are gone: zeros are what a machine that went down leaves. */
const zeroed = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  return bytes.fill(0, Math.floor(bytes.length / 2));
};

/** How a text comes to be other bytes than its author saw. */
const ENCODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
  'a mark of byte order': (text) => Buffer.from(MARK + text),
  'UTF-16 LE with a mark': (text) => utf16(MARK + text, false),
  'UTF-16 BE with a mark': (text) => utf16(MARK + text, true),
  'UTF-16 LE': (text) => utf16(text, false),
  'UTF-16 BE': (text) => utf16(text, true),
  'UTF-16 that ends in the middle of a letter': (text) => utf16(MARK + text, false).subarray(0, -1),
  'UTF-16 with half of a pair': (text) => utf16(MARK + text.replace('café', 'caf\ud800'), false),
  'Latin-1': (text) => Buffer.from(text, 'latin1'),
  'UTF-8 cut in the middle of a letter': (text) => Buffer.from(text).subarray(0, Buffer.from(text).lastIndexOf(0xc3) + 1),
  'half of a pair, written out': (text) => Buffer.from(text.replace('café', 'caf\\ud800')),
  'carriage returns before line feeds': (text) => Buffer.from(text.replaceAll('\n', '\r\n')),
  'carriage returns alone': (text) => Buffer.from(text.replaceAll('\n', '\r')),
  'zeros from the middle on': zeroed,
  'zeros at the end': (text) => Buffer.concat([Buffer.from(text), Buffer.alloc(4096)]),
  'a zero in a name': (text) => Buffer.from(text.replace('café', 'caf\0é')),
  'UTF-8 twice over': (text) => Buffer.from(Buffer.from(text).toString('latin1')),
};

/** What is text of another meaning, and nobody can tell that another was meant. */
const ANOTHER = new Set(['UTF-8 twice over', 'half of a pair, written out']);

describe.each(Object.entries(KINDS))('%s', (_, { file, text, read }) => {
  it.each(Object.entries(ENCODINGS))('in %s is read as it was meant, or refused', async (name, encode) => {
    const path = join(folder, file);
    writeFileSync(path, text);
    const meant = await read(path);
    writeFileSync(path, encode(text));
    const got = await read(path).catch((error: unknown) => {
      // a fault of the program is none of these
      if (!(error instanceof Error) || ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'].includes(error.name)) throw error;
      return 'refused';
    });
    if (got !== 'refused' && !ANOTHER.has(name)) expect(got).toEqual(meant);
  });

  it('of both byte orders of UTF-16 with a mark is read, where its reader takes a whole file', async () => {
    if (file === 'f.ndjson') return;
    const path = join(folder, file);
    writeFileSync(path, text);
    const meant = await read(path);
    for (const swap of [false, true]) {
      writeFileSync(path, utf16(MARK + text, swap));
      expect(await read(path)).toEqual(meant);
    }
  });
});

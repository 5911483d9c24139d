import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSnapshot } from '../../src/snapshot/load.js';

const RULES = '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n';
const NO_UTF8 = 'its name is no UTF-8: it is not read, nor is what is in it';

describe.runIf(process.platform === 'linux')('a name in a folder that is no name is told, and the rest is read', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dtrace-path-names-'));
    mkdirSync(join(folder, 'host'));
    writeFileSync(join(folder, 'host/iptables-save.txt'), RULES);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** A path below the folder, byte by byte. */
  const bytes = (inner: string): Buffer => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(inner, 'latin1')]);
  const told = async (): Promise<unknown> => {
    const { texts, problems } = await readSnapshot(folder);
    return [[...texts.keys()].sort(), problems.map(({ text, message }) => [text, message])];
  };

  it('a file', async () => {
    writeFileSync(bytes('host/ss\xff.txt'), 'x');
    expect(await told()).toEqual([['host/iptables-save.txt'], [['host/ss\ufffd.txt', NO_UTF8]]]);
  });

  it('a folder, with all that is in it', async () => {
    mkdirSync(bytes('netns\xff'));
    writeFileSync(bytes('netns\xff/ss.txt'), 'x');
    expect(await told()).toEqual([['host/iptables-save.txt'], [['netns\ufffd', NO_UTF8]]]);
  });

  it('a link', async () => {
    symlinkSync('/etc/passwd', bytes('host/\xfe'));
    expect(await told()).toEqual([['host/iptables-save.txt'], [['host/\ufffd', NO_UTF8]]]);
  });

  it('beside one whose name is what such bytes are shown as, which is read once', async () => {
    writeFileSync(join(folder, 'host/ss\ufffd.txt'), 'right');
    writeFileSync(bytes('host/ss\xff.txt'), 'wrong');
    const { texts, problems } = await readSnapshot(folder);
    expect([texts.get('host/ss\ufffd.txt'), problems.length]).toEqual(['right', 1]);
  });
});

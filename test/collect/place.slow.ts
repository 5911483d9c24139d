import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CannotWrite, writeSnapshot } from '../../src/collect/write.js';
import { shimFolder } from './shims.js';

const SCRIPT = new URL('../../src/collect/collect.sh', import.meta.url).pathname;
const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
const OTHER = 65534;

/** What others have put in the way of a snapshot. */
interface Trap {
  readonly set: (top: string) => void;
  readonly out: string;
  /** Of collect.sh, what it says; nothing where it writes. */
  readonly refused?: RegExp;
  readonly tmpdir?: string;
}

const TRAPS: Readonly<Record<string, Trap>> = {
  'a link by the name that a half-written archive may have': {
    out: 'x.tgz',
    set: (top) => symlinkSync(join(top, 'victim'), join(top, 'x.tgz.part')),
  },
  'a link in the place of the archive': { out: 'x.tgz', set: (top) => symlinkSync(join(top, 'victim'), join(top, 'x.tgz')) },
  'a link to a folder in the place of the archive': { out: 'x.tgz', set: (top) => symlinkSync(join(top, 'folder'), join(top, 'x.tgz')) },
  'a folder in the place of the archive': {
    out: 'x.tgz',
    set: (top) => mkdirSync(join(top, 'x.tgz')),
    refused: /x\.tgz cannot be written/,
  },
  'a link in the place of the folder': { out: 'x', set: (top) => symlinkSync(join(top, 'folder'), join(top, 'x')), refused: /x is a link/ },
  'a link to nothing in the place of the folder': {
    out: 'x',
    set: (top) => symlinkSync(join(top, 'never'), join(top, 'x')),
    refused: /x is a link/,
  },
  "another user's folder": {
    out: 'x',
    set: (top) => {
      mkdirSync(join(top, 'x'));
      chownSync(join(top, 'x'), OTHER, OTHER);
    },
    refused: /x belongs to another user/,
  },
  'a file in the place of the folder': { out: 'x', set: (top) => writeFileSync(join(top, 'x'), 'mine'), refused: /x is not empty/ },
  'a folder for what is temporary that is a link': {
    out: 'x',
    tmpdir: 'tmp',
    set: (top) => symlinkSync(join(top, 'folder'), join(top, 'tmp')),
  },
  'one that is not there': { out: 'x', tmpdir: 'tmp', set: () => undefined, refused: /no temporary folder can be made/ },
  'one where nothing can be made': { out: 'x', tmpdir: '/proc', set: () => undefined, refused: /no temporary folder can be made/ },
};

describe.runIf(isRoot)('a snapshot is written where it was said, whatever others have put there', () => {
  let bin = '';
  let top = '';
  beforeEach(async () => {
    bin = await shimFolder();
    top = join(dirname(bin), 'top');
    mkdirSync(join(top, 'folder'), { recursive: true });
    writeFileSync(join(top, 'victim'), 'mine');
  });
  afterEach(() => {
    rmSync(dirname(bin), { recursive: true });
  });

  /** Nothing of the snapshot is elsewhere. */
  function checkElsewhere(): void {
    expect([readFileSync(join(top, 'victim'), 'utf8'), readdirSync(join(top, 'folder')), existsSync(join(top, 'never'))]).toEqual([
      'mine',
      [],
      false,
    ]);
  }

  it.each(Object.entries(TRAPS))('by collect.sh: %s', (_, { set, out, refused, tmpdir }) => {
    set(top);
    const before = readdirSync(top).sort();
    const env = {
      ...process.env,
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      ...(tmpdir && { TMPDIR: join(tmpdir.startsWith('/') ? '/' : top, tmpdir) }),
    };
    const { status, stderr } = spawnSync('sh', [SCRIPT, '-o', join(top, out)], { env: { ...env, SUDO_UID: undefined }, encoding: 'utf8' });
    if (refused === undefined) {
      const made = lstatSync(join(top, out));
      expect([status, made.isSymbolicLink(), made.mode & 0o077]).toEqual([1, false, 0]);
      expect(readdirSync(top).sort()).toEqual([...new Set([...before, out])].sort());
    } else {
      expect([status, stderr]).toEqual([2, expect.stringMatching(refused)]);
      expect(readdirSync(top).sort()).toEqual(before);
    }
    checkElsewhere();
  });

  it.each(Object.entries(TRAPS).filter(([, { tmpdir }]) => tmpdir === undefined))('by the program: %s', async (_, { set, out }) => {
    set(top);
    const before = readdirSync(top).sort();
    try {
      await writeSnapshot(join(top, out), new Map([['meta.json', '{}']]));
      expect(lstatSync(join(top, out)).isSymbolicLink()).toBe(false);
      expect(readdirSync(top).sort()).toEqual([...new Set([...before, out])].sort());
    } catch (error) {
      expect(error).toBeInstanceOf(CannotWrite);
      expect(readdirSync(top).sort()).toEqual(before);
    }
    checkElsewhere();
  });
});

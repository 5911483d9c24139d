import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CannotWrite, writeSnapshot } from '../../src/collect/write.js';
import { shimFolder } from './shims.js';

const SCRIPT = new URL('../../src/collect/collect.sh', import.meta.url).pathname;
const RULES = `*filter\n${'-A INPUT -s 192.0.2.1/32 -j DROP\n'.repeat(6000)}COMMIT\n`;
const UNSHARED = ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs -o "size=$1" tmpfs "$2" || exit 99; shift 2; exec "$@"', 'sh'];

const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

describe.runIf(canMount)('collect.sh without room', () => {
  let bin = '';
  let small = '';
  beforeAll(async () => {
    bin = await shimFolder();
    small = join(dirname(bin), 'small');
    mkdirSync(small);
    writeFileSync(join(dirname(bin), 'rules'), RULES);
    writeFileSync(join(bin, 'iptables-save'), `#!/bin/sh\ncat '${join(dirname(bin), 'rules')}' 2>/dev/null; exit 0\n`);
    chmodSync(join(bin, 'iptables-save'), 0o755);
  });
  afterAll(() => {
    rmSync(dirname(bin), { recursive: true });
  });

  const collect = (size: string, out: string, shell = 'sh'): { status: number | null; stderr: string } =>
    spawnSync(UNSHARED[0]!, [...UNSHARED.slice(1), size, small, shell, SCRIPT, '-o', out], {
      env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, TMPDIR: small },
      encoding: 'utf8',
    });

  it.each(['4k', '16k', '128k'])('a folder of %s holds no snapshot, and that is said', (size) => {
    const out = join(dirname(bin), `out-${size}`);
    const { status, stderr } = collect(size, out);
    expect([status, existsSync(out)]).toEqual([2, false]);
    expect(stderr).toMatch(/^collect\.sh: (?:there is no room in|no temporary folder can be made).*set TMPDIR to/m);
  });

  it.each([
    ['360k', 'sh'],
    ['400k', 'bash'],
    ['480k', 'sh'],
    ['640k', 'sh'],
  ])('of %s (%s): what is there is whole, what is not is listed, and the exit code is 1', (size, shell) => {
    const out = join(dirname(bin), `out-${size}`);
    const { status } = collect(size, out, shell);
    expect(status).toBe(1);
    const meta = JSON.parse(readFileSync(join(out, 'meta.json'), 'utf8')) as { lacking: { file: string; why: string }[] };
    const lacking = new Map(meta.lacking.map(({ file, why }) => [file, why]));
    for (const folder of ['host', 'netns/web']) {
      const file = `${folder}/iptables-save.txt`;
      const text = existsSync(join(out, file)) ? readFileSync(join(out, file), 'utf8') : undefined;
      expect([text === RULES, lacking.has(file)]).toEqual(lacking.has(file) ? [false, true] : [true, false]);
      expect(text === undefined || text === RULES).toBe(true);
    }
    expect([...lacking.values()].some((why) => why.includes('there is no room'))).toBe(true);
    const empty = readdirSync(out, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).length === 0,
    );
    // this host has no IPv6 rules: its command prints nothing
    expect(empty.map(({ name }) => name).filter((name) => name !== 'ip6tables-save.txt')).toEqual([]);
  });

  it('with room nothing of that is said', () => {
    const { stderr } = collect('4m', join(dirname(bin), 'out-large'));
    expect(stderr).not.toContain('there is no room');
  });
});

describe.runIf(existsSync('/dev/full'))('the program without room', () => {
  it.each(['tgz', 'tar'])('says so of a .%s, and leaves nothing', async (ending) => {
    // a folder that is a device has room for nothing
    const path = `/dev/full/x.${ending}`;
    await expect(writeSnapshot(path, new Map([['meta.json', RULES]]))).rejects.toThrow(CannotWrite);
    await expect(writeSnapshot(path, new Map([['meta.json', RULES]]))).rejects.toThrow(
      /^\/dev\/full\/x\.\w+: cannot be written \(.*\); nothing was left there$/,
    );
  });
});

import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOutput } from '../../src/commands/common/output.js';

describe('openOutput', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'output-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('shows a new file only when it is whole', async () => {
    const path = join(folder, 'out.md');
    const output = await openOutput(path);
    await output.write('one ');
    await output.write('two');
    expect(readdirSync(folder)).not.toContain('out.md');
    await output.finish();
    expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['out.md'], 'one two']);
  });

  it('keeps the old file and leaves nothing behind after a failure', async () => {
    const path = join(folder, 'out.md');
    writeFileSync(path, 'old');
    const output = await openOutput(path);
    await output.write('half');
    await output.discard();
    expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['out.md'], 'old']);
  });

  it('keeps the mode of the file it replaces, and the link that leads to it', async () => {
    const path = join(folder, 'real');
    writeFileSync(path, 'old');
    chmodSync(path, 0o600);
    symlinkSync('real', join(folder, 'link'));
    const output = await openOutput(join(folder, 'link'));
    await output.write('new');
    await output.finish();
    expect([readdirSync(folder), readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual([['link', 'real'], 'new', 0o600]);
  });

  it('refuses a folder and a path that is not there', async () => {
    mkdirSync(join(folder, 'sub'));
    await expect(openOutput(join(folder, 'sub'))).rejects.toThrow('is a directory; name a file for -o');
    await expect(openOutput(join(folder, 'none', 'x'))).rejects.toThrow(/none\/x: cannot be written \(there is no such/);
  });

  it('writes to a device as it is', async () => {
    const output = await openOutput('/dev/null');
    await output.write('gone');
    await output.finish();
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NotPlain, readPlainFile } from '../../src/snapshot/plain-file.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dtrace-path-plain-')));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const any = (): void => undefined;

describe.runIf(process.platform === 'linux')('a file of a folder that changes after it was listed', () => {
  it('is read as long as it is one', () => {
    writeFileSync(at('plain'), 'text');
    expect(Buffer.from(readPlainFile(at('plain'), any)).toString()).toBe('text');
    writeFileSync(at('empty'), '');
    expect(readPlainFile(at('empty'), any).length).toBe(0);
  });

  it('is not followed where it became a link', () => {
    symlinkSync('/etc/passwd', at('link'));
    expect(() => readPlainFile(at('link'), any)).toThrow(NotPlain);
  });

  it('is not read by way of a folder that became a link', () => {
    mkdirSync(at('elsewhere'));
    writeFileSync(at('elsewhere/secret'), 'secret');
    symlinkSync('elsewhere', at('inside'));
    expect(() => readPlainFile(at('inside/secret'), any)).toThrow(NotPlain);
  });

  it('is not waited for where it became a pipe, nor read where it became a device', () => {
    execFileSync('mkfifo', [at('pipe')]);
    expect(() => readPlainFile(at('pipe'), any)).toThrow(NotPlain);
    expect(() => readPlainFile('/dev/zero', any)).toThrow(NotPlain);
  });

  it('is refused before it is read where it is too large', () => {
    writeFileSync(at('large'), 'x'.repeat(100));
    const full = (size: number): void => {
      throw new Error(`full by ${size}`);
    };
    expect(() => readPlainFile(at('large'), full)).toThrow('full by 100');
  });

  it('is told where it grows while it is read, and has an end', () => {
    writeFileSync(at('growing'), 'x'.repeat(10));
    // what comes between its size and its bytes
    const grows = (): void => appendFileSync(at('growing'), 'y'.repeat(10));
    expect(() => readPlainFile(at('growing'), grows)).toThrow('it was written while it was read');
  });
});

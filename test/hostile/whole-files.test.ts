import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOutput } from '../../src/commands/common/output.js';
import { cliWords } from './host.js';

const SNAPSHOT = fileURLToPath(new URL('../../fixtures/hosts/docker20-bridge', import.meta.url));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dtrace-path-whole-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Starts to write a report, whose end it waits for in vain, and kills it. @returns the names that are left. */
async function interrupted(signal: NodeJS.Signals): Promise<readonly string[]> {
  const [node = '', ...words] = cliWords(
    'trace',
    '--snapshot',
    SNAPSHOT,
    '--flows',
    '-',
    '--format',
    'ndjson',
    '-o',
    join(folder, 'out.ndjson'),
  );
  const child = spawn(node, words, { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = new Promise((resolve) => child.once('exit', (code, by) => resolve(code ?? by)));
  child.stdin.write('{"from":"web","to":"8.8.8.8"}\n'.repeat(500));
  const begun = (): boolean => readdirSync(folder).some((name) => name.endsWith('.tmp') && readFileSync(join(folder, name)).length > 0);
  while (!begun()) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill(signal);
  expect(await ended).toBe(signal);
  return readdirSync(folder);
}

describe('output files are whole or not there', () => {
  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s leaves nothing behind', async (signal) => {
    expect(await interrupted(signal)).toEqual([]);
  });

  it('SIGKILL leaves no file of the name asked for, and does not stop the next run', async () => {
    writeFileSync(join(folder, 'other'), 'mine');
    expect(await interrupted('SIGKILL')).not.toContain('out.ndjson');
    const output = await openOutput(join(folder, 'out.ndjson'));
    await output.write('whole');
    await output.finish();
    expect([readFileSync(join(folder, 'out.ndjson'), 'utf8'), readFileSync(join(folder, 'other'), 'utf8')]).toEqual(['whole', 'mine']);
  });

  it('what a killed run left is taken away a day later, and nothing else', async () => {
    const id = '00000000-1111-4222-8333-444444444444';
    const [stale, fresh, other] = [`.out.${id}.tmp`, `.out.${id.replace('0', '1')}.tmp`, `.out.mine.tmp`];
    for (const name of [stale, fresh, other]) writeFileSync(join(folder, name), 'half');
    for (const name of [stale, other]) utimesSync(join(folder, name), 1, 1);
    const output = await openOutput(join(folder, 'out'));
    await output.write('whole');
    await output.finish();
    expect(readdirSync(folder).sort()).toEqual([fresh, other, 'out'].sort());
  });

  it.skipIf(!existsSync('/dev/full'))('a full disk is told with the name of the file', async () => {
    const output = await openOutput('/dev/full');
    await expect(output.write('x')).rejects.toThrow(/^\/dev\/full: cannot be written \(ENOSPC: no space left on device, write\)$/);
  });

  it.skipIf(process.platform !== 'linux')(
    'a pipe that nobody reads is told, not waited for; one that somebody reads is written to',
    async () => {
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      await expect(openOutput(pipe)).rejects.toThrow(`${pipe}: is a pipe that nobody reads`);
      const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'ignore'] });
      const output = await openOutput(pipe);
      await output.write('whole');
      await output.finish();
      const chunks: Uint8Array[] = [];
      for await (const chunk of reader.stdout) if (chunk instanceof Uint8Array) chunks.push(chunk);
      expect(Buffer.concat(chunks).toString()).toBe('whole');
    },
  );

  it('a long name has room for the temporary one', async () => {
    const path = join(folder, `${'n'.repeat(250)}.md`);
    const output = await openOutput(path);
    await output.write('x');
    await output.finish();
    expect(readdirSync(folder)).toEqual([`${'n'.repeat(250)}.md`]);
  });
});

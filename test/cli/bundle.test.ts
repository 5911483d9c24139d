import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SNAPSHOT = join(ROOT, 'fixtures/hosts/docker28-bridge');

describe.skipIf(!existsSync(join(ROOT, 'dist/bundle-trace.cjs')))('a bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  const dist = join(folder, 'dist');

  beforeAll(() => {
    cpSync(join(ROOT, 'dist'), dist, { recursive: true, preserveTimestamps: true });
    for (const file of ['package.json', 'CHANGELOG.md']) cpSync(join(ROOT, file), join(folder, file));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(...args: string[]): string {
    const { stdout, stderr } = spawnSync(process.execPath, [join(dist, 'cli.js'), ...args], { encoding: 'utf8' });
    return stdout + stderr;
  }

  it('is what runs, of a command that has one', () => {
    appendFileSync(join(dist, 'bundle-trace-first.cjs'), '\nprocess.stderr.write("from the bundle\\n");');
    expect(run('-s', SNAPSHOT, '--from', 'web', '--to', '8.8.8.8:443')).toContain('from the bundle');
  });

  it.each(['datapath/trace/trace.js', 'snapshot/parsers/iptables-save.js', 'report/trace/text.js'])(
    'is not run once %s was written after it',
    (module) => {
      const file = join(dist, module);
      appendFileSync(file, `\nprocess.stderr.write("new code\\n");`);
      const later = new Date(Date.now() + 5000);
      utimesSync(file, later, later);
      const said = run('-s', SNAPSHOT, '--from', 'web', '--to', '8.8.8.8:443');
      expect(said).toContain('new code');
      expect(said).not.toContain('from the bundle');
    },
  );
});

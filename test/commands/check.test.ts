import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

function run(...args: readonly string[]): readonly [status: number | null, stderr: string] {
  const { status, stderr } = spawnSync(process.execPath, ['dist/cli.js', 'check', ...args], { cwd: ROOT, encoding: 'utf8', input: '' });
  return [status, stderr];
}

it.each(['docker28-policy', 'ufw20', 'swarm20'])(
  'the policy that --init writes of %s passes there, and not where the firewall is gone',
  (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-check-'));
    const policy = join(folder, 'policy.yaml');
    const host = join('fixtures/hosts', name);
    try {
      expect(run('--init', '--snapshot', host, '-o', policy)).toEqual([0, '']);
      expect(run(policy, '--snapshot', host)).toEqual([0, expect.stringMatching(/^gate: passed, \d+ assertions asked, none fails\n$/)]);
      const open = ['iptables -P INPUT ACCEPT', 'iptables -F', 'iptables -P FORWARD ACCEPT'].flatMap((command) => ['--what-if', command]);
      expect(run(policy, '--snapshot', host, ...open)).toEqual([1, expect.stringMatching(/^gate: FAILED, \d+ of \d+ assertions.*\n$/)]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

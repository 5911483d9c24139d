import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runHere } from '../cli/run-here.js';

async function run(...args: readonly string[]): Promise<readonly [status: number, stderr: string]> {
  const { status, stderr } = await runHere(['check', ...args]);
  return [status, stderr];
}

it.each(['docker28-policy', 'ufw20', 'swarm20'])(
  'the policy that --init writes of %s passes there, and not where the firewall is gone',
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-check-'));
    const policy = join(folder, 'policy.yaml');
    const host = join('fixtures/hosts', name);
    try {
      expect(await run('--init', '--snapshot', host, '-o', policy)).toEqual([0, '']);
      expect(await run(policy, '--snapshot', host)).toEqual([
        0,
        expect.stringMatching(/^gate: passed, \d+ assertions asked, none fails\n$/),
      ]);
      const open = ['iptables -P INPUT ACCEPT', 'iptables -F', 'iptables -P FORWARD ACCEPT'].flatMap((command) => ['--what-if', command]);
      expect(await run(policy, '--snapshot', host, ...open)).toEqual([
        1,
        expect.stringMatching(/^gate: FAILED, \d+ of \d+ assertions.*\n$/),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

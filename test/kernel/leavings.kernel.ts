import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { whyNoTwin } from './machine.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(ROOT, 'dist/cli.js');
const ASK = ['verify', '--snapshot', join(ROOT, 'fixtures/hosts/docker28-bridge'), '--from', 'web', '--to', '8.8.8.8'];
const MARK = 'DTRACE_PATH_LEAVINGS';
const MOST = 60_000;

const why = await whyNoTwin();
if (why !== undefined) process.stdout.write(`what a twin leaves behind is not looked at: ${why}\n`);

function output(command: string, ...args: readonly string[]): string {
  return spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 }).stdout;
}

/** What a twin must not touch: names, mounts, and everything of the network that this process stands in. */
function state(): object {
  const sysctls = output('sh', '-c', "sysctl -a 2>/dev/null | grep -E '^net[.](ipv4|ipv6|bridge)[.](conf|ip_forward|icmp|bridge)'");
  return {
    netns: output('ip', 'netns', 'list'),
    run: existsSync('/run/netns') ? readdirSync('/run/netns') : [],
    mounts: readFileSync('/proc/self/mounts', 'utf8'),
    addresses: output('ip', '-o', 'addr').replace(/valid_lft \d+sec|preferred_lft \d+sec/g, ''),
    rules: output('sh', '-c', 'iptables-save; ip6tables-save').replace(/^#.*$|\[\d+:\d+\]/gm, ''),
    sysctls,
  };
}

/** Processes that were started with our mark, whoever their parent is now. */
function marked(mark: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${MARK}=${mark}`);
      } catch {
        return false;
      }
    });
}

async function until(holds: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < MOST; waited += 50) {
    // what held once may not a moment later: processes come and go
    if (holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** @returns the signal that ended it, or its exit code. */
function ended(child: ChildProcess): Promise<NodeJS.Signals | number | null> {
  return new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
}

describe.skipIf(why !== undefined)('a twin leaves nothing behind', () => {
  it.each(['after a run', 'SIGINT', 'SIGTERM', 'SIGKILL'] as const)('%s', { timeout: 3 * MOST }, async (how) => {
    const before = state();
    const mark = `${process.pid}-${how.replace(' ', '-')}`;
    const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-leavings-'));
    const words = [CLI, ...ASK, '-o', join(folder, 'verified'), '--captures', join(folder, 'captures')];
    const child = spawn(process.execPath, words, { stdio: 'ignore', env: { ...process.env, [MARK]: mark } });
    const end = ended(child);
    if (how !== 'after a run') {
      // the agent, a station at least, and what they run
      expect(await until(() => marked(mark).length >= 4)).toBe(true);
      child.kill(how);
    }
    expect(await end).toBe(how === 'after a run' ? 0 : how);
    expect(await until(() => marked(mark).length === 0)).toBe(true);
    expect(state()).toEqual(before);
    // all was written, or nothing; a program that is killed cannot take its folder away
    const left = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(left.includes('verified') && left.length > 2).toBe(how === 'after a run');
    if (how !== 'after a run') expect(left).toEqual(how === 'SIGKILL' ? ['captures'] : []);
    rmSync(folder, { recursive: true });
  });
});

describe.skipIf(why !== undefined || process.getuid?.() !== 0)('without root', () => {
  it('works in user namespaces, where the machine allows them', { timeout: 2 * MOST }, () => {
    const asNobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
    if (spawnSync('setpriv', [...asNobody, 'unshare', '-Urn', 'true']).status !== 0) {
      process.stdout.write('without root nothing is rebuilt: this machine allows no user namespaces\n');
      return;
    }
    const { status, stdout, stderr } = spawnSync('setpriv', [...asNobody, process.execPath, CLI, ...ASK], { encoding: 'utf8' });
    // a checkout that only root may read cannot be tried
    if (/EACCES|Cannot find module/.test(stderr)) return;
    expect({
      status,
      last: stdout
        .trim()
        .split('\n')
        .pop()
        ?.replace(/Linux .*/, 'Linux'),
    }).toEqual({
      status: 0,
      last: '1 of 1 flows agree with Linux',
    });
  });
});

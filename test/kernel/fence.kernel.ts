import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fences, type Fence } from '../../src/kernel/fence.js';
import { whyNoTwin } from './machine.js';
import { AGENT } from './trial.js';

const why = await whyNoTwin();
if (why !== undefined) process.stdout.write(`no fence is tried: ${why}\n`);
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const RECORDED = fileURLToPath(new URL('../../fixtures/hostile/verify-batch-rce', import.meta.url));
const isRoot = process.getuid?.() === 0;

/** What runs in the place of the agent, as the first process: whatever a snapshot might ever make run. */
const POISON = `
cd /
canary=$1 pid=$2 only=$3
export canary pid
try() {
  case $only in ''|*" $1 "*) ;; *) return ;; esac
  if sh -c "$2" >/dev/null 2>&1; then echo "$1: did"; else echo "$1: no"; fi
}
try tmp 'echo x >/tmp/x'
try run 'echo x >/run/x'
try ip-netns 'ip netns add poison && nsenter --net=/run/netns/poison sh -c "echo 1 >/proc/sys/net/ipv4/ip_forward"'
try canary 'echo x >"$canary"'
try unlink 'rm "$canary"'
try signal 'kill -0 "$pid"'
try etc 'touch /etc/dtrace-path-canary'
try usr 'touch /usr/dtrace-path-canary'
try root 'touch /dtrace-path-canary'
try program 'touch /twin/dtrace-path-canary || echo >/twin/kernel/agent/main.js'
try remount-usr 'mount -o remount,bind,rw /usr && touch /usr/dtrace-path-canary'
try remount-root 'mount -o remount,bind,rw / && touch /dtrace-path-canary'
try core-pattern 'echo core >/proc/sys/kernel/core_pattern'
try hostname 'echo x >/proc/sys/kernel/hostname'
try sysrq 'echo h >/proc/sysrq-trigger'
try processes 'n=0; for p in /proc/[0-9]*; do n=$((n+1)); done; [ "$n" -gt 20 ]'
try device 'mknod /tmp/d b 254 0 && head -c1 /tmp/d'
try sockets 'ls /run/docker.sock /var/run/docker.sock'
try homes 'ls /root || ls /home || ls /var'
try modules 'insmod /usr/lib/modules/*/kernel/drivers/net/dummy.ko*'
try old-proc 'umount /proc && { kill -0 "$pid" || echo 9 >"/proc/$pid/oom_score_adj" || cat "/proc/$pid/environ" || ls "/proc/$pid/root/etc" "/proc/$pid/cwd/"; }'
try namespaces 'nsenter --net="/proc/$pid/ns/net" true || nsenter --mount="/proc/$pid/ns/mnt" true'
try old-sysctl 'echo core >/proc/sys/kernel/core_pattern'
try uncover 'umount -l /etc; touch /etc/dtrace-path-canary'
`;

/** What it may: work in networks and in folders of its own. */
const MAY = ['tmp', 'run', 'ip-netns'];
const ATTEMPTS = [...POISON.matchAll(/^try (\S+)/gm)].map((found) => found[1] ?? '');
const EXPECTED = Object.fromEntries(ATTEMPTS.map((attempt) => [attempt, MAY.includes(attempt) ? 'did' : 'no']));

type Command = readonly [string, ...string[]];

/** Runs the poison. @returns what it could do, by attempt. */
function tried([program, ...argv]: Command, user?: { readonly uid: number; readonly gid: number }): Readonly<Record<string, string>> {
  const { stdout } = spawnSync(program, argv, { encoding: 'utf8', input: '', timeout: 60_000, ...user });
  return Object.fromEntries([...stdout.matchAll(/^(\S+): (\w+)$/gm)].map((found) => [found[1] ?? '', found[2] ?? '']));
}

/** The poison in the place of the agent. @param byRoot whether root starts it. */
function poisoned(canary: string, pid: number, byRoot = isRoot): readonly Fence[] {
  return fences({ node: process.execPath, agent: AGENT, shown: [], command: ['sh', '-c', POISON, 'sh', canary, String(pid), ''] }, byRoot);
}

/** An ordinary user, whose own files and processes are the ones to harm. */
const NOBODY = { uid: 65534, gid: 65534 } as const;
const asNobody = (...argv: readonly string[]): ReturnType<typeof spawnSync> & { stdout: string; stderr: string } =>
  spawnSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', ...argv], { encoding: 'utf8', input: '', cwd: '/' });
const mayNobody = isRoot && asNobody('unshare', '--user', '--map-root-user', '--mount', process.execPath, '-e', '0').status === 0;

// where root can be a stranger to the machine, nobody of it is not tried: as nobody, what is nobody's is open
const LAYERS = poisoned('', 0)
  .map((_, i) => i)
  .slice(0, 3);

describe.skipIf(why !== undefined)('a poisoned helper', () => {
  let folder = '';
  let canary = '';
  let outside: ReturnType<typeof spawn> | undefined;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dtrace-path-fence-'));
    canary = join(folder, 'canary');
    // of the user that some fences make a process: what it is open to nobody else
    outside = spawn('sleep', ['600'], { stdio: 'ignore', ...(isRoot && { uid: 65534, gid: 65534 }) });
  });
  afterAll(() => {
    outside?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('would, where there is no fence', () => {
    writeFileSync(canary, 'alive');
    expect(tried(['sh', '-c', POISON, 'sh', canary, String(outside?.pid), ' signal canary unlink '])).toEqual({
      canary: 'did',
      unlink: 'did',
      signal: 'did',
    });
  });

  it.each(LAYERS)('behind fence %i, writes nothing outside and signals nobody', (layer) => {
    writeFileSync(canary, 'alive');
    const fence = poisoned(canary, outside?.pid ?? 0)[layer];
    expect(fence === undefined ? {} : tried(fence.command)).toEqual(EXPECTED);
    expect([readFileSync(canary, 'utf8'), outside?.exitCode, outside?.signalCode]).toEqual(['alive', null, null]);
    expect(['/etc', '/usr', '/', '/tmp'].filter((place) => existsSync(join(place, 'dtrace-path-canary')))).toEqual([]);
  });

  it.skipIf(!mayNobody)('behind the fence that an ordinary user can make, harms nothing of that user', () => {
    writeFileSync(canary, 'alive');
    for (const path of [folder, canary]) chownSync(path, NOBODY.uid, NOBODY.gid);
    const [fence] = poisoned(canary, outside?.pid ?? 0, false);
    expect(fence === undefined ? {} : tried(fence.command, NOBODY)).toEqual(EXPECTED);
    expect([readFileSync(canary, 'utf8'), outside?.exitCode, outside?.signalCode]).toEqual(['alive', null, null]);
  });
});

describe.skipIf(why !== undefined || !mayNobody)('verify, started by an ordinary user', () => {
  const VERIFY = [process.execPath, CLI, 'verify', '--snapshot', RECORDED, '--from', 'host', '--to', '127.0.0.1'];

  it('of a host that was seen to run a command once, runs none', () => {
    const { status, stdout } = asNobody(...VERIFY);
    expect([status, stdout.includes('1 of 1 flows agree'), existsSync('/tmp/dtrace-path-rce')]).toEqual([0, true, false]);
  });

  it('does nothing where the machine makes that user no namespaces, and says what would help', () => {
    // a user namespace in which there may be no other
    const none = 'echo 0 >/proc/sys/user/max_user_namespaces; exec setpriv --ambient-caps=-all --inh-caps=-all --bounding-set=-all "$@"';
    const { status, stdout, stderr } = asNobody(
      'unshare',
      '--user',
      '--map-user=1000',
      '--map-group=1000',
      '--keep-caps',
      'sh',
      '-c',
      none,
      'sh',
      ...VERIFY,
    );
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^dtrace-path: this machine does not let us make network namespaces \(.*\): run it as root, or allow unprivileged user namespaces/,
    );
  });
});

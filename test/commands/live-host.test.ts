import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../../src/collect/collect.sh', import.meta.url));
const HOST = fileURLToPath(new URL('../../fixtures/written-hosts/deep-dive-2-docker', import.meta.url));

/** Runs the program where no other program is to be found. */
function run(...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    encoding: 'utf8',
    input: '',
    env: { PATH: '/nonexistent' },
  });
  return { status, stdout, stderr };
}

const isRoot = process.getuid?.() === 0;
/** @returns why this machine is not read, and what to type. */
const why = (words: readonly string[]): string =>
  isRoot
    ? 'no Docker Engine answers here (docker is not installed): start it, or set DOCKER_HOST'
    : `reading a live host needs root: sudo env "PATH=$PATH" dtrace-path ${words.join(' ')}`;

describe.runIf(process.platform === 'linux')('without a snapshot and without Docker', () => {
  it.each([[['--from', 'web', '--to', '8.8.8.8']], [['inspect']], [['explain', 'docker0']], [['topology']], [['collect']]])(
    '%j says what to do',
    (args) => {
      const besides = args[0] === 'collect' ? '' : '\nor name a snapshot of a host, as in: dtrace-path audit host.tgz';
      expect(run(...args)).toEqual({ status: 2, stdout: '', stderr: `dtrace-path: ${why(args)}${besides}\n` });
    },
  );
});

describe('commands on a snapshot', () => {
  it('collect --script prints the script for hosts without Node', () => {
    expect(run('collect', '--script')).toEqual({ status: 0, stdout: readFileSync(SCRIPT, 'utf8'), stderr: '' });
  });
  it('explain takes several things, as Markdown', () => {
    const { status, stdout } = run('explain', 'ens33', '22', '--snapshot', HOST, '--format', 'md');
    expect([status, stdout.split('\n').filter((line) => line.startsWith('#'))]).toEqual([
      0,
      [
        '## <code>ens33 of host</code>',
        '### Its state',
        '### Its addresses',
        '### Routes that lead out by it',
        '## <code>22/tcp</code>',
        '### Who listens?',
        '### Who is connected?',
        '### Who reaches it on host?',
        '## Not known',
      ],
    ]);
  });
  it('explain says what could be asked', () => {
    expect(run('explain', 'eth9', '--snapshot', HOST)).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'dtrace-path: nothing in the snapshot is called "eth9"; ask for an interface, container, network or chain by name (lo, ens33, docker0 …), an address, a subnet, a port, or a rule as file:line\n',
    });
  });
  it('topology draws text by default', () => {
    expect(run('topology', '--snapshot', HOST)).toEqual({
      status: 0,
      stdout: [
        'host',
        '├─ ens33 192.168.178.101/24, default route',
        '└─ docker0, bridge, 172.17.0.0/16, down, the host is 172.17.0.1/16',
        'not in the snapshot: host/iptables-save.txt, host/sysctl.txt, host/ip6tables-save.txt, host/ip6-route.json, host/ip-rule.json, host/ip6-rule.json, host/ip-neigh.json, host/bridge-link.json, host/bridge-fdb.json, docker/containers.json, docker/networks.json',
        '2 of 16 lines of host/ip-addr.txt were not understood',
        'assumed: the host is taken to have no native nftables rules, which `nft -j list ruleset` would show (host/nft-ruleset.json)',
        '',
      ].join('\n'),
      stderr: '',
    });
  });
});

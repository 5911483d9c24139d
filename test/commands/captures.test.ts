import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LAB = join(ROOT, 'fixtures/captures/docker20');
const SNAPSHOT = join(LAB, 'snapshot');
const folder = mkdtempSync(join(tmpdir(), 'captures-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(args: readonly string[], input: Buffer | string = ''): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(ROOT, 'dist/cli.js'), ...args], { encoding: 'utf8', input, cwd: LAB });
}

const pcap = (flow: string, ...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => ['--pcap', `${name}:any=flows/${flow}/${name}.pcap`]);

const NO_NATIVES =
  'assumed: the host and 3 other namespaces are taken to have no native nftables rules, which `nft -j list ruleset` would show (host/nft-ruleset.json)\n' +
  'assumed: host/ip6tables-save.txt and 5 listings of rules of other namespaces are blank: taken to say that there are no rules, though a command that failed leaves the same (`nft list ruleset` would show)\n';
const PROXIED = `2026-11-21T08:36:41.549563Z tcp cli (172.17.0.3:35286) → host (198.51.100.10:8080) established (8 packets, 652 bytes, 1.5 ms)
  answered; proxied to web (172.17.0.2:80): established
  seen at cli eth0 → host veth3a7a41a → docker0
  answer at host docker0 → veth3a7a41a → cli eth0
2026-11-21T08:36:41.549773Z tcp host (172.17.0.1:46064) → web (172.17.0.2:80) established (3 packets, 224 bytes, 1.3 ms)
  answered
  seen at host docker0 → vethb26b483 → web eth0
  answer at web eth0 → host vethb26b483 → docker0
2 flows in 32 packets of 3 captures
${NO_NATIVES}`;

describe('flows', () => {
  it('for people, with names, translation and proxies', () => {
    const { stdout, stderr, status } = run(['flows', '--snapshot', SNAPSHOT, ...pcap('cli-host-published', 'cli', 'host', 'web')]);
    expect({ stdout, stderr, status }).toEqual({ stdout: PROXIED, stderr: '', status: 0 });
  });

  it('from standard input, in gzip, as CSV', () => {
    const bytes = gzipSync(readFileSync(join(LAB, 'flows/in-published/host.pcap')));
    const { stdout, status } = run(['flows', '--pcap', 'host:any=-', '--format', 'csv'], bytes);
    const [head, row] = stdout.split('\r\n');
    expect(status).toBe(0);
    expect(head).toBe(
      'first,last,proto,client,client_port,client_name,server,server_port,server_name,outcome,text,packets,bytes,retransmissions,translated_client,translated_client_port,translated_server,translated_server_port,way,answer_way,impossible',
    );
    expect(row).toMatch(
      /^2026-11-21T08:36:35\.676020Z,[^,]*,tcp,198\.51\.100\.1,58234,,198\.51\.100\.10,8080,,established,answered,\d+,\d+,0,198\.51\.100\.1,58234,172\.17\.0\.2,80,host if\d+ → if\d+ → if\d+,host if\d+ → if\d+ → if\d+,$/,
    );
  });

  it('those that the snapshot rules out', () => {
    const stale = join(folder, 'stale');
    cpSync(SNAPSHOT, stale, { recursive: true });
    const rules = join(stale, 'host/iptables-save.txt');
    writeFileSync(
      rules,
      readFileSync(rules, 'utf8').replace(/^.*-A DOCKER-USER .*--dport 9999 .*$/m, '-A DOCKER-USER -p tcp --dport 80 -j DROP'),
    );
    const captures = pcap('in-published', 'host', 'web');
    const unexplained = run(['flows', '--snapshot', stale, ...captures, '--unexplained', '--format', 'json']);
    const { flows, ...rest } = JSON.parse(unexplained.stdout) as {
      readonly flows: readonly { readonly client: object; readonly impossible: readonly string[] }[];
    };
    expect(rest).toMatchObject({ format: 'dtrace-path-flows/1', unexplainedOnly: true, counts: { packets: 16, other: 0, malformed: 0 } });
    expect(flows.map(({ client, impossible }) => ({ client, impossible }))).toEqual([
      {
        client: { ip: '198.51.100.1', port: 58234 },
        impossible: [
          "the prediction is timeout (`-A DOCKER-USER -p tcp --dport 80 -j DROP` in host's filter DOCKER-USER drops it); the captures show it established (answered)",
          'the packet is seen where the prediction never brings it: host docker0 out, host vethb26b483 out, web eth0 in',
          'an answer is seen where the prediction never brings it: web eth0 out, host vethb26b483 in, host docker0 in, host up0 out',
        ],
      },
    ]);
    expect(run(['flows', '--snapshot', SNAPSHOT, ...captures, '--unexplained']).stdout).toBe(
      `0 flows that the snapshot rules out in 16 packets of 2 captures\n${NO_NATIVES}`,
    );
  });

  it('a damaged capture: what was read before, the damage on stderr, exit code 2', () => {
    const whole = readFileSync(join(LAB, 'flows/in-published/host.pcap'));
    const file = join(folder, 'cut.pcap');
    writeFileSync(file, whole.subarray(0, whole.length - 5));
    const { stdout, stderr, status } = run(['flows', '--pcap', `host:any=${file}`]);
    expect(status).toBe(2);
    expect(stdout).toContain('198.51.100.1:58234');
    expect(stderr).toMatch(
      /^dtrace-path: .*cut\.pcap: the file is cut: packet \d+ needs \d+ bytes, and \d+ are there \(at byte \d+\); the .* before it (?:was|were) read\n$/,
    );
  });

  it.each([
    [['flows'], 'say which captures: --pcap FILE, or a snapshot that holds some under captures/'],
    [['flows', '--pcap', 'x', '--unexplained'], '--unexplained compares captures with a host: name its snapshot as well'],
    [['flows', '--pcap', 'nothing.pcap'], 'nothing.pcap: there is no such file (at byte 0); nothing was read before it'],
    [
      ['flows', '--snapshot', SNAPSHOT, '--pcap', 'wbe:any=x'],
      '--pcap wbe:any=x: the snapshot holds no namespace wbe; it holds host, cli, db, web',
    ],
    [['flows', '--snapshot', SNAPSHOT, '--pcap', 'web:eth1=x'], '--pcap web:eth1=x: web has no interface eth1; it has lo, eth0'],
    [
      ['flows', '--pcap', 'truth.json'],
      'truth.json: not a capture: neither pcap nor pcapng begins so (at byte 0); nothing was read before it',
    ],
  ])('%j', (args, message) => {
    const { stderr, status } = run(args);
    expect({ stderr, status }).toEqual({ stderr: `dtrace-path: ${message}\n`, status: 2 });
  });
});

const QUESTION = ['--from', 'web', '--to', '203.0.113.8', '--port', '443'];

describe('trace beside captures', () => {
  it('--pcap', () => {
    const { stdout, status } = run(['--snapshot', SNAPSHOT, ...QUESTION, ...pcap('web-out-tcp', 'host')]);
    const told = stdout.slice(stdout.indexOf('Captures:')).split('\n\n')[0];
    expect({ told, status }).toEqual({
      told: `Captures: partly: 3 of 4 predicted hops are seen, and no capture was taken at the other 1
  · web eth0 out         no capture here
  ✓ host vethb26b483 in  08:36:15.818756 172.17.0.2:59960 → 203.0.113.8:443, 4 packets
  ✓ host docker0 in      08:36:15.818797 (+41 µs) 172.17.0.2:59960 → 203.0.113.8:443, 4 packets
  ✓ host up0 out         08:36:15.818827 (+30 µs) 198.51.100.10:59960 → 203.0.113.8:443, 4 packets
  as captured: web (172.17.0.2:59960) → 203.0.113.8:443 established: answered, 7 packets`,
      status: 0,
    });
  });

  it('captures that lie in the snapshot, as a folder and as an archive', () => {
    const snapshot = join(folder, 'with');
    cpSync(SNAPSHOT, snapshot, { recursive: true });
    for (const netns of ['host', 'web']) {
      mkdirSync(join(snapshot, 'captures', netns), { recursive: true });
      cpSync(join(LAB, `flows/web-out-tcp/${netns}.pcap`), join(snapshot, 'captures', netns, 'any.pcap'));
    }
    const archive = join(folder, 'with.tgz');
    spawnSync('tar', ['-C', folder, '-czf', archive, 'with']);
    for (const path of [snapshot, archive]) {
      expect(run(['--snapshot', path, ...QUESTION]).stdout).toContain('Captures: confirmed: all 4 predicted hops are seen\n');
      const { captures } = JSON.parse(run(['--snapshot', path, ...QUESTION, '--format', 'json']).stdout) as {
        readonly captures: { readonly verdict: string };
      };
      expect(captures.verdict).toBe('confirmed');
      expect(run(['--snapshot', path, ...QUESTION, '--format', 'md']).stdout).toContain(
        '## Captures\n\n**confirmed**: all 4 predicted hops are seen\n',
      );
      expect(run(['--snapshot', path, ...QUESTION, '--no-captures']).stdout).not.toContain('Captures:');
    }
  });
});

describe('capture', () => {
  it('prints commands, and the one that uses what they record', () => {
    const { stdout, status } = run(['capture', '--snapshot', SNAPSHOT, '--from', 'host', '--to', '203.0.113.8']);
    expect({ stdout, status }).toEqual({
      stdout: `# as root on the host; end them with: kill $(jobs -p)
tcpdump -i up0 -n -U -s 256 -w host.up0.pcap '(icmp and host 198.51.100.10 and host 203.0.113.8) or (icmp[icmptype] == icmp-unreach)' &
# then, with the captures:
dtrace-path trace --snapshot ${SNAPSHOT} --from host --to 203.0.113.8 --pcap host:up0=host.up0.pcap
`,
      status: 0,
    });
  });
});

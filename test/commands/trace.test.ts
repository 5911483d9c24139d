import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HOST = join(ROOT, 'fixtures/hosts/docker28-bridge');
const folder = mkdtempSync(join(tmpdir(), 'trace-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(args: readonly string[], input = ''): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(ROOT, 'dist/cli.js'), ...args], { encoding: 'utf8', input });
}

interface Answer {
  readonly flow: { readonly id?: string; readonly from: string; readonly to: string; readonly dst?: string };
  readonly outcome: string;
  readonly packets: readonly { readonly iface: string }[];
}

/** Reads what the tool printed; the formats' tests look at the whole of it. */
function parse(text: string): Answer {
  return JSON.parse(text) as Answer;
}

const FLOWS = [
  '{"id":"1","from":"web","to":"203.0.113.8","proto":"tcp","dport":443}',
  '{"id":"2","from":"app","to":"web:80"}',
  '{"id":"3","from":"host","to":"127.0.0.1","proto":"udp","dport":5353}',
].join('\n');

const ANSWERS = [
  ['1', 'leaves-host'],
  ['2', 'timeout'],
  ['3', 'connected'],
];

describe('trace', () => {
  it('takes a name that stands for nothing for a slip, alone; in a batch it is one line of many', () => {
    const alone = run(['--snapshot', HOST, '--from', 'wbe', '--to', '8.8.8.8']);
    expect([alone.status, alone.stdout, alone.stderr]).toEqual([
      2,
      '',
      'dtrace-path: nothing in the snapshot is called "wbe" (did you mean web?); it knows host, admin, app, db, pinned, web, and takes `host`, `internet`, `lan` or an IP address\n',
    ]);
    const flows = '{"from":"wbe","to":"8.8.8.8"}\n{"from":"web","to":"8.8.8.8"}\n';
    const many = run(['--snapshot', HOST, '--flows', '-', '--format', 'ndjson'], flows);
    expect([
      many.status,
      ...many.stdout
        .trim()
        .split('\n')
        .map((line) => parse(line).outcome),
    ]).toEqual([0, 'unknown', 'leaves-host']);
  });

  it('is the default command', () => {
    const question = ['--snapshot', HOST, '--from', 'web', '--to', '8.8.8.8'];
    const { status, stdout } = run(question);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^leaves-host: /);
    expect(run(['trace', ...question]).stdout).toBe(stdout);
  });

  it('answers flows from standard input in their order', () => {
    const { status, stdout, stderr } = run(['trace', '--snapshot', HOST, '--flows', '-', '--format', 'ndjson'], FLOWS);
    const answers = stdout.trimEnd().split('\n').map(parse);
    expect([status, stderr, answers.map((a) => [a.flow.id, a.outcome])]).toEqual([0, '', ANSWERS]);
  });

  it('makes one array of many flows in JSON', () => {
    const { stdout } = run(['--snapshot', HOST, '--flows', '-', '--format', 'json'], FLOWS);
    const answers = JSON.parse(stdout) as readonly Answer[];
    expect(answers.map((a) => [a.flow.id, a.outcome])).toEqual(ANSWERS);
  });

  it('reads loose files alone, and in the place of a snapshot file', () => {
    const file = (name: string): string => join(HOST, 'host', name);
    const loose = ['--ip-addr', file('ip-addr.json'), '--ip-route', file('ip-route.json'), '--iptables-save', file('iptables-save.txt')];
    const { status, stdout } = run([...loose, '--from', 'host', '--to', '8.8.8.8', '--format', 'ndjson']);
    expect([status, parse(stdout).packets.map((p) => p.iface)]).toEqual([0, ['up0']]);
    const other = join(ROOT, 'fixtures/hosts/docker20-bridge/host/iptables-save.txt');
    const { stdout: overridden } = run(['--snapshot', HOST, '--iptables-save', other, '--from', 'app', '--to', 'web:80', '-f', 'ndjson']);
    expect(overridden).toContain(other);
  });

  it('writes to a file whole', () => {
    const out = join(folder, 'path.md');
    const { status, stdout } = run(['--snapshot', HOST, '--from', 'web', '--to', '8.8.8.8', '--format', 'md', '-o', out]);
    expect([status, stdout, readFileSync(out, 'utf8').split('\n')[0]]).toEqual([0, '', '# web (172.17.0.2) → 8.8.8.8, ICMP echo']);
  });

  it('names the line of a bad flow, with exit code 2, and leaves no half file', () => {
    const out = join(folder, 'half.ndjson');
    const { status, stderr } = run(['--snapshot', HOST, '--flows', '-', '-f', 'ndjson', '-o', out], `${FLOWS}\n{"from":"web"}\n`);
    expect([status, stderr, readdirSync(folder).filter((name) => name.includes('half'))]).toEqual([
      2,
      "dtrace-path: standard input:4: say where the packet goes: 'to' is a container, host, internet or an address, with or without :port\n",
      [],
    ]);
  });

  it('says what cannot be read, with exit code 2 and no stack', () => {
    const { status, stdout, stderr } = run(['--snapshot', join(folder, 'none'), '--from', 'web', '--to', 'db']);
    expect([status, stdout, stderr]).toEqual([
      2,
      '',
      `dtrace-path: ${join(folder, 'none')}: there is no such file or folder. Check the path\n`,
    ]);
  });

  it('ends quietly when its reader has seen enough', () => {
    const many = `${FLOWS}\n`.repeat(500);
    const command = `"${process.execPath}" dist/cli.js --snapshot "${HOST}" --flows - -f ndjson | head -n 1 | wc -l`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: ROOT, input: many, encoding: 'utf8' });
    expect([stdout.trim(), stderr]).toEqual(['1', '']);
  });
});

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeHost } from '../bench/hosts.mjs';
import { shimFolder } from '../collect/shims.js';
import { cliWords } from './host.js';

const SNAPSHOT = fileURLToPath(new URL('../../fixtures/hosts/docker20-bridge', import.meta.url));
const CAPTURE = fileURLToPath(new URL('../../fixtures/captures/docker20/flows/web-out-ping/host.pcap', import.meta.url));
const MARK = 'DTRACE_PATH_INTERRUPTED';
const isLinux = process.platform === 'linux';

let folder = '';
let out = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dtrace-path-interrupt-'));
  out = join(folder, 'out');
  mkdirSync(out);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Started {
  readonly child: ChildProcess;
  /** The signal that ended it, or its exit code. */
  readonly ended: Promise<NodeJS.Signals | number | null>;
  readonly mark: string;
}

function start(words: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
  const [node = '', ...rest] = cliWords(...words);
  const mark = `${process.pid}-${Math.random()}`;
  const child = spawn(node, rest, { stdio: ['pipe', 'ignore', 'ignore'], env: { ...process.env, ...env, [MARK]: mark } });
  return { child, mark, ended: new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code))) };
}

/** Command lines of processes that were started with our mark, whoever their parent is now. */
function marked(mark: string): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${MARK}=${mark}`)) return [];
      return [readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim()];
    } catch {
      return [];
    }
  });
}

async function until(holds: () => boolean, child: ChildProcess): Promise<void> {
  while (!holds() && child.exitCode === null && child.signalCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

let held: number | undefined;
afterEach(() => {
  if (held !== undefined) closeSync(held);
  held = undefined;
});

/** A pipe that is open for writing and into which nothing is written: who reads it waits, and so is interrupted while it works. */
function endless(): string {
  const path = join(folder, 'endless');
  execFileSync('mkfifo', [path]);
  held = openSync(path, 'r+');
  return path;
}

/** An archive that says of a capture in it that it has gigabytes, and has: nothing on the disk, and seconds to pass over. */
function longArchive(path: string): void {
  const size = 7 * 2 ** 30;
  const header = Buffer.alloc(512);
  header.write('captures/host/any.pcap', 0);
  header.write('0000600\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        0', 148);
  header.write('ustar\0', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  writeFileSync(path, header);
  truncateSync(path, size + 2048);
}

/** A folder of snapshots, the last of which does not come to its end. */
function fleet(): string {
  const path = join(folder, 'fleet');
  for (const name of ['a', 'b']) cpSync(SNAPSHOT, join(path, name), { recursive: true });
  longArchive(join(path, 'endless.tar'));
  return path;
}

const READING: readonly (readonly [command: string, words: () => readonly string[]])[] = [
  ['audit', () => ['--snapshot', SNAPSHOT, '--ss', endless(), '-o', join(out, 'report.json')]],
  ['audit --fleet', () => ['--fleet', fleet(), '-o', join(out, 'report.json'), '-o', join(out, 'report.md')]],
  ['matrix', () => ['--snapshot', SNAPSHOT, '--ss', endless(), '-o', join(out, 'report')]],
  ['diff', () => [SNAPSHOT, '--after-ss', endless(), '-o', join(out, 'report')]],
  ['check', () => ['--init', '--snapshot', SNAPSHOT, '--ss', endless(), '-o', join(out, 'report')]],
  ['flows', () => ['--pcap', 'host:any=-', '-o', join(out, 'report')]],
  ['capture', () => ['--snapshot', SNAPSHOT, '--ss', endless(), '--from', 'web', '--to', '8.8.8.8:80']],
  ['verify', () => ['--snapshot', SNAPSHOT, '--ss', endless(), '--from', 'web', '--to', '8.8.8.8', '-o', join(out, 'report')]],
];

describe.skipIf(!isLinux)('interrupted while it reads', () => {
  it.each(READING.flatMap(([name, words]) => SIGNALS.map((signal) => [name, signal, words] as const)))(
    '%s, %s: ends by the signal and leaves nothing',
    async (name, signal, words) => {
      const [command = ''] = name.split(' ');
      const { child, ended, mark } = start([command, ...words()]);
      if (command === 'flows') child.stdin?.write(readFileSync(CAPTURE).subarray(0, 100));
      // past its own start: it has opened, or waits to open, what never ends
      await until(() => waitsFor(child, command), child);
      child.kill(signal);
      expect([await ended, readdirSync(out), marked(mark)]).toEqual([signal, [], []]);
    },
  );
});

/** Whether a program has come to what does not end: it has it open, or has read all of its input. */
function waitsFor({ pid }: ChildProcess, command: string): boolean {
  const threads = readdirSync(`/proc/${pid}/task`);
  if (command === 'flows') return /^pos:/m.test(readFileSync(`/proc/${pid}/fdinfo/0`, 'utf8')) && threads.length > 5;
  return readdirSync(`/proc/${pid}/fd`).some((fd) => {
    try {
      return /\/endless(?:\.tar)?$/.test(readlinkSync(`/proc/${pid}/fd/${fd}`));
    } catch {
      return false;
    }
  });
}

describe.skipIf(!isLinux)('interrupted while it writes', () => {
  let large = '';
  beforeAll(() => {
    large = join(mkdtempSync(join(tmpdir(), 'dtrace-path-large-')), 'host');
    writeHost(large, { containers: 40 });
  });
  afterAll(() => {
    rmSync(dirname(large), { recursive: true });
  });

  it.each([
    ['audit', 'SIGINT', 'json', () => ['--snapshot', large]],
    ['audit', 'SIGTERM', 'html', () => ['--snapshot', large]],
    ['matrix', 'SIGTERM', 'json', () => ['--snapshot', large]],
    ['diff', 'SIGINT', 'json', () => [SNAPSHOT, large]],
  ] as const)('%s, %s: a whole file or none', async (command, signal, format, words) => {
    const { child, ended } = start([command, ...words(), '--format', format, '-o', join(out, 'report')]);
    await until(() => readdirSync(out).length > 0, child);
    child.kill(signal);
    const how = await ended;
    const left = readdirSync(out);
    if (how === signal && left.length === 0) return;
    // it was done before the signal came
    expect(left).toEqual(['report']);
    if (format === 'json') expect(() => JSON.parse(readFileSync(join(out, 'report'), 'utf8')) as unknown).not.toThrow();
  });
});

describe.runIf(isLinux && process.getuid?.() === 0)('collect, interrupted', () => {
  let bin = '';
  beforeEach(async () => {
    bin = await shimFolder();
  });
  afterEach(() => {
    rmSync(dirname(bin), { recursive: true });
  });
  const shim = (name: string, script: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  const collect = (target: string): Started => start(['collect', '-o', join(out, target)], { PATH: `${bin}:${process.env['PATH'] ?? ''}` });
  const targets = ['snapshot', 'snapshot.tar', 'snapshot.tgz'];

  it.each(targets.flatMap((target) => SIGNALS.map((signal) => [target, signal] as const)))(
    'to %s, %s, while a command runs: the command ends too, and nothing is left',
    async (target, signal) => {
      shim('ss', 'exec sleep 987');
      const { child, ended, mark } = collect(target);
      await until(() => marked(mark).some((line) => line.startsWith('sleep')), child);
      child.kill(signal);
      expect(await ended).toBe(signal);
      for (let i = 0; i < 400 && marked(mark).length > 0; i++) await new Promise((resolve) => setTimeout(resolve, 5));
      expect([marked(mark), readdirSync(out)]).toEqual([[], []]);
    },
  );

  it.each(targets)('to %s, while it writes: a whole snapshot or none', async (target) => {
    shim('sysctl', "i=0; while [ $i -lt 400 ]; do printf 'net.ipv4.conf.eth%s.forwarding = 1\\n' $i; i=$((i+1)); done");
    shim('iptables-save', `head -c 30000000 /dev/zero | tr '\\0' '#'`);
    const { child, ended } = collect(target);
    await until(() => readdirSync(out).length > 0, child);
    child.kill('SIGINT');
    const how = await ended;
    expect(how === 'SIGINT' ? [[], [target]] : [[target]]).toContainEqual(readdirSync(out));
  });
});

/** Runs to the end with nobody to read what it prints. @returns the exit code and what it said. */
async function unread(...words: readonly string[]): Promise<readonly [NodeJS.Signals | number | null, string]> {
  const [node = '', ...rest] = cliWords(...words);
  const child = spawn(node, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code, signal) => resolve([signal ?? code, said])));
}

describe('a reader that has gone', () => {
  it.each<readonly [command: string, status: number, words: readonly string[]]>([
    ['trace', 0, ['--snapshot', SNAPSHOT, '--from', 'web', '--to', '8.8.8.8']],
    // the gate holds, read or not
    ['audit', 1, ['--snapshot', SNAPSHOT]],
    ['matrix', 0, ['--snapshot', SNAPSHOT, '--format', 'json']],
    ['diff', 1, [SNAPSHOT, '--what-if', 'iptables -P FORWARD ACCEPT']],
    ['check', 0, ['--init', '--snapshot', SNAPSHOT]],
    ['flows', 0, ['--pcap', `host:any=${CAPTURE}`]],
    ['capture', 0, ['--snapshot', SNAPSHOT, '--from', 'web', '--to', '8.8.8.8:80']],
    ['explain', 0, ['web', '--snapshot', SNAPSHOT]],
    ['topology', 0, ['--snapshot', SNAPSHOT]],
    ['inspect', 0, ['--snapshot', SNAPSHOT]],
    ['completion', 0, ['bash']],
    ['collect', 0, ['--script']],
  ])('%s ends without a word, with %d', async (command, status, words) => {
    const [code, said] = await unread(command, ...words);
    // the gate's own line goes to standard error, which somebody reads
    expect([code, String(said).replace(/^gate: .*\n$/, '')]).toEqual([status, '']);
  });

  it('is no reason to leave out the other reports', async () => {
    const files = ['report.sarif', 'report.json'];
    const [status] = await unread('audit', '--snapshot', SNAPSHOT, '-f', 'text', ...files.flatMap((name) => ['-o', join(out, name)]));
    expect([status, readdirSync(out).sort()]).toEqual([1, files.sort()]);
  });

  it('ends a trace whose questions go on', async () => {
    const [node = '', ...rest] = cliWords('trace', '--snapshot', SNAPSHOT, '--flows', '-', '--format', 'ndjson');
    const child = spawn(node, rest, { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.on('error', () => undefined);
    child.stdin.write('{"from":"web","to":"8.8.8.8"}\n'.repeat(100));
    child.stdout.destroy();
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
  });
});

describe.skipIf(!existsSync('/dev/full'))('a full disk behind standard output', () => {
  it.each([
    ['matrix', ['--snapshot', SNAPSHOT]],
    ['audit', ['--snapshot', SNAPSHOT]],
    ['completion', ['zsh']],
  ])('%s says so', async (command, words) => {
    const [node = '', ...rest] = cliWords(command, ...words);
    const full = openSync('/dev/full', 'w');
    const child = spawn(node, rest, { stdio: ['ignore', full, 'pipe'] });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const status = await new Promise((resolve) => child.once('close', resolve));
    closeSync(full);
    expect([status, said]).toEqual([2, 'dtrace-path: standard output: cannot be written (ENOSPC: no space left on device, write)\n']);
  });
});

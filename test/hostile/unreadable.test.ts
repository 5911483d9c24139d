import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { evidenceOf } from '../../src/inventory/index.js';
import { explain } from '../../src/explain/index.js';
import { reachabilityMatrix } from '../../src/reachability/index.js';
import { renderExplanations } from '../../src/report/explanation-text.js';
import { MATRIX_REPORTS } from '../../src/report/matrix/index.js';
import { TRACE_REPORTS } from '../../src/report/trace/index.js';
import { loadSnapshot, readSnapshot } from '../../src/snapshot/load.js';

const HOST = fileURLToPath(new URL('../../fixtures/hosts/docker28-dual', import.meta.url));
const LINK = 'not a plain file (a link, a device, a pipe): it is not read';
const EACCES = 'it cannot be read (EACCES): nothing of it is known';

describe.runIf(process.platform === 'linux')('what is there and is not read', () => {
  let folder = '';
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'dtrace-path-unreadable-')), 'snapshot');
    cpSync(HOST, folder, { recursive: true });
  });
  afterEach(() => {
    spawnSync('chmod', ['-R', 'u+rwx', folder]);
    rmSync(dirname(folder), { recursive: true });
  });

  /** What answers in text say of a file. */
  async function said(file: string): Promise<Readonly<Record<string, boolean>>> {
    const machine = createMachine(await loadSnapshot(folder));
    const trace = traceFlow(machine, { from: 'web6', to: '203.0.113.8', dport: 443 });
    const style = { verbose: false, color: false } as const;
    const matrix = (await MATRIX_REPORTS.get('text')!()).render(reachabilityMatrix(machine, { unlistened: false }), style);
    return {
      trace: (await TRACE_REPORTS.get('text')!()).render(trace, style).includes(`${file}: `),
      matrix: [...matrix].join('').includes(`${file}: `),
      explain: renderExplanations(explain(machine, 'docker0'), { color: false }).includes(`${file}: `),
    };
  }

  async function stands(file: string): Promise<unknown> {
    const host = await loadSnapshot(folder);
    return [
      host.files.find((one) => one.file === file),
      evidenceOf(host)
        .all()
        .find((one) => one.file === file)?.state,
    ];
  }

  it('a link in the place of the rules: the way is unknown, and every answer names it', async () => {
    rmSync(join(folder, 'host/iptables-save.txt'));
    symlinkSync('/etc/passwd', join(folder, 'host/iptables-save.txt'));
    expect(await stands('host/iptables-save.txt')).toEqual([
      { file: 'host/iptables-save.txt', used: 'none', lines: 0, unread: 1, why: LINK },
      'unreadable',
    ]);
    const machine = createMachine(await loadSnapshot(folder));
    expect(traceFlow(machine, { from: 'web6', to: '203.0.113.8', dport: 443 }).outcome).toBe('unknown');
    expect(await said('host/iptables-save.txt')).toEqual({ trace: true, matrix: true, explain: true });
  });

  it('a link in the place of the native rules, of which nothing else tells: they are not taken to be none', async () => {
    symlinkSync('/etc/passwd', join(folder, 'host/nft-ruleset.json'));
    expect(await stands('host/nft-ruleset.json')).toEqual([
      { file: 'host/nft-ruleset.json', used: 'none', lines: 0, unread: 1, why: LINK },
      'unreadable',
    ]);
  });

  it('a folder that no namespace can be called: it is named, and no gate passes on it', async () => {
    mkdirSync(join(folder, 'netns/a b\u0007'));
    cpSync(join(folder, 'netns/web6'), join(folder, 'netns/a b\u0007'), { recursive: true });
    const [account, state] = (await stands('netns/a b\u0007/')) as [{ used: string }, string];
    expect([account.used, state]).toEqual(['none', 'unreadable']);
    expect(await said('netns/a b\\x07/')).toEqual({ trace: true, matrix: true, explain: true });
  });

  it('thousands of them are counted', async () => {
    for (let i = 0; i < 3000; i++) symlinkSync('x', join(folder, `host/x${i}.txt`));
    const { unread = [] } = traceFlow(createMachine(await loadSnapshot(folder)), { from: 'web6', to: '203.0.113.8', dport: 443 });
    expect(unread.length).toBe(3000);
    const text = (await TRACE_REPORTS.get('text')!()).render(
      traceFlow(createMachine(await loadSnapshot(folder)), { from: 'web6', to: 'host', dport: 1 }),
      {
        verbose: false,
        color: false,
      },
    );
    expect([text.includes('2990 more files and folders were not read'), text.split('\n').length < 100]).toEqual([true, true]);
  });

  /** Root may read everything: what another user may not is looked at by one. */
  const isRoot = process.getuid?.() === 0;
  async function asNobody<T>(look: () => Promise<T>): Promise<T> {
    if (!isRoot) return look();
    chmodSync(dirname(folder), 0o755);
    process.seteuid!(65534);
    try {
      return await look();
    } finally {
      process.seteuid!(0);
    }
  }

  it('a file that nobody may read: the rest is read', async () => {
    spawnSync('chmod', ['-R', 'a+rX', folder]);
    chmodSync(join(folder, 'host/ss.txt'), 0);
    const { texts, unread, problems } = await asNobody(() => readSnapshot(folder));
    expect([texts.has('host/iptables-save.txt'), [...unread], problems.map(({ message }) => message)]).toEqual([
      true,
      [['host/ss.txt', { why: EACCES, kind: 'file' }]],
      [EACCES],
    ]);
    const host = await asNobody(() => loadSnapshot(folder));
    expect(evidenceOf(host).lack('sockets')?.state).toBe('unreadable');
    expect(traceFlow(createMachine(host), { from: 'internet', to: 'host', dport: 22 }).outcome).toBe('unknown');
  });

  it('a folder that nobody may enter: the rest is read, and no gate passes on it', async () => {
    spawnSync('chmod', ['-R', 'a+rX', folder]);
    chmodSync(join(folder, 'netns/web6'), 0);
    const host = await asNobody(() => loadSnapshot(folder));
    expect(
      evidenceOf(host)
        .ofHost()
        .map(({ file, state }) => [file, state]),
    ).toContainEqual(['netns/web6/', 'unreadable']);
  });

  it('nothing at all: that is said', async () => {
    chmodSync(folder, 0);
    await expect(asNobody(() => readSnapshot(folder))).rejects.toThrow(/cannot be read: EACCES/);
  });
});

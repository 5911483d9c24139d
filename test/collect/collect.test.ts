import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectHost, type CollectedSnapshot } from '../../src/collect/collect.js';
import { arrayOf, CONTAINER_FORMAT, NETWORK_FORMAT, PLACE_FORMAT, placesOf } from '../../src/collect/docker.js';
import { LEGACY, LISTINGS } from '../../src/collect/listings.js';
import { writeSnapshot } from '../../src/collect/write.js';
import { readSnapshot } from '../../src/snapshot/load.js';
import { shimFolder } from './shims.js';

const SCRIPT = new URL('../../src/collect/collect.sh', import.meta.url).pathname;
const isRoot = process.getuid?.() === 0 && process.platform === 'linux';

/** Whether the kernel of this machine holds legacy tables: those are asked for as well. */
const hasLegacy = (names: string): boolean =>
  existsSync(`/proc/self/net/${names}`) && readFileSync(`/proc/self/net/${names}`, 'utf8') !== '';

const NETNS = [
  'ip-addr.json',
  'ip-neigh.txt',
  'ip-route.json',
  'ip-rule.json',
  'ip6-route.json',
  'ip6-rule.json',
  'ip6tables-save.txt',
  'brctl-show.txt',
  'ipset-save.txt',
  'iptables-save.txt',
  'ss.txt',
  'sysctl.txt',
  ...(hasLegacy('ip_tables_names') ? ['iptables-legacy-save.txt'] : []),
  ...(hasLegacy('ip6_tables_names') ? ['ip6tables-legacy-save.txt'] : []),
];
const FILES = [
  ...['containers', 'info', 'networks', 'version'].map((name) => `docker/${name}.json`),
  ...NETNS.map((file) => `host/${file}`),
  'meta.json',
  ...NETNS.map((file) => `netns/web/${file}`),
].sort();

describe('what is asked of docker', () => {
  it('keeps running containers with a namespace of their own', () => {
    const long = 'x'.repeat(300);
    const bad = [
      '15 app /../x',
      '16 app /..',
      `17 app /${long}`,
      '18 app /a b',
      '19 app /-x',
      '20 app /host',
      '21 app /web',
      'x app /y',
      '22 app /.git',
    ];
    expect(placesOf(`12 bridge /web\n0 bridge /gone\n13 host /h\n14 container:ab /side\n${bad.join('\n')}\n`)).toEqual({
      places: [{ pid: 12, name: 'web' }],
      refused: bad,
    });
  });
  it.each([
    ['', '[]\n'],
    ['{"a":1}\n', '[{"a":1}]\n'],
    ['{"a":1}\n\n{"b":2}\n', '[{"a":1},\n{"b":2}]\n'],
  ])('%j is the array %j', (lines, array) => {
    expect(arrayOf(lines)).toBe(array);
  });
  it.each(['Env', 'Cmd', 'Args', 'Entrypoint', 'Healthcheck', 'LogConfig', 'Health'])('never asks for %s', (name) => {
    expect(CONTAINER_FORMAT.includes(`"${name}"`)).toBe(false);
  });
});

describe('collect.sh', () => {
  it('asks what the program asks', async () => {
    const script = await readFile(SCRIPT, 'utf8');
    const commands = [...LISTINGS, ...LISTINGS.flatMap((l) => l.otherwise ?? []), ...LEGACY];
    const lines = commands.map(({ file, argv }) => `"$d/${file}" ${argv.join(' ')}`);
    expect(lines.filter((line) => !script.includes(line))).toEqual([]);
    expect([CONTAINER_FORMAT, NETWORK_FORMAT, PLACE_FORMAT].filter((format) => !script.includes(`'${format}'`))).toEqual([]);
  });
});

describe.runIf(isRoot)('on a host of scripts', () => {
  const path = process.env['PATH'] ?? '';
  let bin = '';
  let collected: CollectedSnapshot = { files: new Map(), lacking: [] };
  /** Something is always lacking on this host: its exit code is 1. */
  const run = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)('sh', [SCRIPT, ...args], { env: { ...process.env, PATH: `${bin}:${path}` } }).catch((error: unknown) => {
      const ended = error as { code: number; stdout: string; stderr: string };
      if (ended.code !== 1) throw error;
      return ended;
    });

  beforeAll(async () => {
    bin = await shimFolder();
    process.env['PATH'] = `${bin}:${path}`;
    collected = await collectHost();
  });
  afterAll(async () => {
    process.env['PATH'] = path;
    await rm(dirname(bin), { recursive: true });
  });

  it('takes every listing, in text where the command knows no JSON, and says what it could not have', () => {
    expect([...collected.files.keys()].sort()).toEqual(FILES);
    expect(collected.lacking.filter(({ file }) => file.startsWith('host/'))).toEqual([
      { file: 'host/nft-ruleset.txt', command: 'nft -a list ruleset', why: 'Operation not permitted' },
      { file: 'host/bridge-fdb.txt', command: 'bridge fdb show', why: 'Object "bridge" is unknown' },
      { file: 'host/bridge-vlan.txt', command: 'bridge vlan show', why: 'Object "bridge" is unknown' },
    ]);
  });
  it('leaves secrets where they are', () => {
    expect([...collected.files].filter(([, text]) => text.includes('SECRET'))).toEqual([]);
    expect(collected.files.get('host/sysctl.txt')).toBe('net.ipv4.ip_forward = 1\n');
    expect(collected.files.get('docker/info.json')).toBe('{"Name":"h","HttpProxy":"","Labels":[],"Swarm":{"LocalNodeState":"inactive"}}\n');
  });
  it('keeps them when told to', async () => {
    const { files } = await collectHost({ keepEnv: true });
    expect([...files].filter(([, text]) => text.includes('SECRET')).map(([name]) => name)).toEqual([
      'docker/containers.json',
      'docker/networks.json',
      'docker/info.json',
    ]);
  });
  it('collect.sh writes the same files, with the same text', async () => {
    const folder = join(dirname(bin), 'by-sh');
    const { stderr } = await run('-o', folder);
    const { texts } = await readSnapshot(folder);
    expect([...texts.keys()].sort()).toEqual(FILES);
    // the machine's own tables count packets meanwhile
    expect(
      FILES.filter((file) => file !== 'meta.json' && !file.includes('-legacy-') && texts.get(file) !== collected.files.get(file)),
    ).toEqual([]);
    expect(stderr.split('\n').slice(1, 5)).toEqual([
      'could not be had:',
      '  host/nft-ruleset.txt: Operation not permitted',
      '  host/bridge-fdb.txt: Object "bridge" is unknown',
      '  host/bridge-vlan.txt: Object "bridge" is unknown',
    ]);
  });
  it('both write an archive that reads back', async () => {
    const [bySh, byNode] = [join(dirname(bin), 'sh.tgz'), join(dirname(bin), 'host.tgz')];
    await run('-o', bySh);
    await writeSnapshot(byNode, collected.files);
    for (const file of [bySh, byNode]) {
      expect([...(await readSnapshot(file)).texts.keys()].sort()).toEqual(FILES);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
  });
  it('does not write into a folder that holds something', async () => {
    await expect(writeSnapshot(bin, collected.files)).rejects.toThrow(
      `${bin}: is not empty; name a new folder for -o, or a file that ends in .tgz`,
    );
    await expect(run('-o', bin)).rejects.toMatchObject({
      code: 2,
      stderr: `collect.sh: ${bin} is not empty; name a new folder for -o, or a file that ends in .tgz\n`,
    });
    expect((await readdir(dirname(bin))).filter((name) => name.startsWith('.'))).toEqual([]);
  });
  it('says what to do where no Engine answers', async () => {
    await rm(join(bin, 'docker'));
    await expect(collectHost()).rejects.toThrow(/^no Docker Engine answers here \(.*\): start it, or set DOCKER_HOST$/);
  });
});

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collectHost } from '../../src/collect/collect.js';
import { readSnapshot } from '../../src/snapshot/load.js';
import { isInstalled } from '../hostile/host.js';
import { shimFolder } from './shims.js';

const SCRIPT = new URL('../../src/collect/collect.sh', import.meta.url).pathname;
const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
const SECRET = 'hunter2';

/** A container as `docker inspect` prints it, with a password wherever one may stand; nobody was asked for any of it but what the format names. */
const CONTAINER = {
  Id: 'c1',
  Name: '/web',
  Path: 'mysqld',
  Args: [`--password=${SECRET}`],
  Image: 'sha256:00',
  State: { Status: 'running', Running: true, Pid: 1, Error: SECRET, Health: { Log: [{ Output: SECRET }] } },
  HostConfig: {
    NetworkMode: 'shop',
    Binds: [`/srv/${SECRET}:/x`],
    LogConfig: { Type: 'splunk', Config: { 'splunk-token': SECRET } },
    PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
    SecurityOpt: [`x,token=${SECRET}`],
    ExtraHosts: [`db:10.0.0.1`],
  },
  Mounts: [
    {
      Type: 'volume',
      Name: `nfs://admin:${SECRET}@nas/x`,
      Source: `//nas/x,user=a,password=${SECRET},vers=3`,
      Destination: '/x',
      RW: true,
    },
  ],
  Config: {
    Hostname: 'web',
    Env: [`DB=${SECRET}`],
    Cmd: [SECRET],
    Entrypoint: [SECRET],
    Image: 'registry:5000/nginx:1.2@sha256:0123456789ab',
    Healthcheck: { Test: ['CMD', `curl -u a:${SECRET}@x`] },
    Labels: { 'com.docker.compose.service': 'web', 'traefik.http.middlewares.a.basicauth.users': SECRET, kept: 'a "b" \\' },
  },
  NetworkSettings: {
    Networks: { shop: { IPAddress: '172.18.0.2', DriverOpts: { 'weave.password': SECRET, 'com.docker.network.x': 'y' } } },
  },
  X: SECRET,
};
const NETWORK = {
  Name: 'shop',
  Id: 'n1',
  Driver: 'weave',
  IPAM: { Driver: 'infoblox', Options: { password: SECRET }, Config: [{ Subnet: '172.18.0.0/16' }] },
  Options: { 'com.docker.network.bridge.name': 'br0', secret: SECRET, encrypted: '' },
  Labels: { a: SECRET },
};
const INFO = {
  Name: 'host',
  ServerVersion: '28.5.2',
  BridgeNfIptables: true,
  HttpProxy: `http://u:${SECRET}@p:3128`,
  Labels: [`token=${SECRET}`],
  Runtimes: { kata: { path: 'kata', runtimeArgs: [`--key=${SECRET}`] } },
  RegistryConfig: { Mirrors: [`https://u:${SECRET}@m`], IndexConfigs: { [`u:${SECRET}@i`]: { Name: `u:${SECRET}@i`, Auth: SECRET } } },
  Warnings: [`WARNING: API is accessible on http://u:${SECRET}@0.0.0.0:2375`],
  AuthConfigs: { 'https://r/': { auth: SECRET, identitytoken: SECRET } },
  Swarm: {
    LocalNodeState: 'active',
    Cluster: {
      Spec: {
        TaskDefaults: { LogDriver: { Options: { 'splunk-token': SECRET } } },
        CAConfig: { SigningCAKey: SECRET },
        Labels: { a: SECRET },
      },
      JoinTokens: { Worker: SECRET },
    },
  },
};
const VERSION = {
  Server: { Version: '28.5.2', Secret: SECRET, Components: [{ Name: 'Engine', Details: { GitCommit: 'a', Key: SECRET } }] },
};

/** A docker that prints all it has, whatever it is asked for, and complains with the password of its proxy. */
const DOCKER = `case "$*" in
  "version --format {{.Server.Version}}") echo 28.5.2 ;;
  "version "*) cat "$here/version" ;;
  "info "*) cat "$here/info" ;;
  *"-q --no-trunc" | *"-aq --no-trunc") echo c1 ;;
  *"{{.State.Pid}}"*) echo "Get http://u:${SECRET}@proxy/: refused" >&2; exit 1 ;;
  "network inspect"*) cat "$here/network" ;;
  *) cat "$here/container"; echo "warning: --password=${SECRET}"; echo "error: Basic ${SECRET}, https://u:${SECRET}@r/: token=${SECRET}" >&2; exit 1 ;;
esac`;

describe.runIf(isRoot)('programs of an enemy, to both collectors', () => {
  const path = process.env['PATH'] ?? '';
  let bin = '';
  beforeAll(async () => {
    bin = await shimFolder();
  });
  afterAll(() => rmSync(dirname(bin), { recursive: true }));
  beforeEach(() => {
    process.env['PATH'] = `${bin}:${path}`;
  });
  afterEach(() => {
    process.env['PATH'] = path;
  });

  function program(name: string, script: string): void {
    writeFileSync(join(bin, name), `#!/bin/sh\nhere='${bin}'\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }

  async function bySh(shell: readonly string[], ...args: readonly string[]): Promise<{ texts: ReadonlyMap<string, string>; said: string }> {
    const out = join(dirname(bin), 'out');
    const [first = 'sh', ...rest] = shell;
    const { stderr } = spawnSync(first, [...rest, SCRIPT, '-o', out, ...args], { encoding: 'utf8', timeout: 60_000 });
    const { texts } = await readSnapshot(out);
    rmSync(out, { recursive: true });
    return { texts, said: stderr };
  }

  const lackingOf = (texts: ReadonlyMap<string, string>, file: string): readonly string[] =>
    (JSON.parse(texts.get('meta.json') ?? '') as { lacking: { file: string; why: string }[] }).lacking
      .filter((one) => one.file.startsWith(file))
      .map(({ file: at, why }) => `${at}: ${why}`);

  describe('that print passwords', () => {
    let folder = '';
    beforeAll(() => {
      folder = join(bin, 'kept');
      mkdirSync(folder);
      for (const [name, value] of Object.entries({ container: CONTAINER, network: NETWORK, info: INFO, version: VERSION }))
        writeFileSync(join(bin, name), `${JSON.stringify(value)}\n`);
    });
    beforeEach(() => program('docker', DOCKER));

    const awks = [['awk'], ...(isInstalled('busybox') ? [['busybox', 'awk']] : [])];
    it.each(awks)('none of them leaves the host, and %s %s is of one mind with the program', async (awk, applet) => {
      if (applet !== undefined) program('awk', `exec ${awk} ${applet} "$@"`);
      const { files } = await collectHost({ keepLabels: ['kept'] });
      const { texts, said } = await bySh(['sh'], '--keep-label', 'kept');
      if (applet !== undefined) rmSync(join(bin, 'awk'));
      expect([...files, ...texts, ['said', said] as const].filter(([, text]) => text.includes(SECRET))).toEqual([]);
      const docker = ['containers', 'networks', 'info', 'version'].map((name) => `docker/${name}.json`);
      expect(docker.map((file) => [file, texts.get(file)])).toEqual(docker.map((file) => [file, files.get(file)]));
      const [container] = JSON.parse(files.get('docker/containers.json') ?? '') as (typeof CONTAINER)[];
      expect(container).toMatchObject({
        Name: '/web',
        HostConfig: { NetworkMode: 'shop', PortBindings: CONTAINER.HostConfig.PortBindings, ExtraHosts: ['db:10.0.0.1'] },
        Mounts: [{ Name: 'nfs://nas/x', Source: '//nas/x,user=a,password=,vers=3' }],
        Config: { Image: CONTAINER.Config.Image, Labels: { 'com.docker.compose.service': 'web', kept: 'a "b" \\' } },
        NetworkSettings: { Networks: { shop: { IPAddress: '172.18.0.2', DriverOpts: { 'com.docker.network.x': 'y' } } } },
      });
      expect(JSON.parse(files.get('docker/info.json') ?? '')).toMatchObject({ Name: 'host', Swarm: { LocalNodeState: 'active' } });
      expect(lackingOf(texts, 'docker/containers')).toEqual([
        'docker/containers.json: error: Basic , https://r/: token=',
        'docker/containers.json: 1 of its lines are no JSON',
      ]);
      expect(lackingOf(new Map([['meta.json', files.get('meta.json') ?? '']]), 'docker/containers')).toEqual(
        lackingOf(texts, 'docker/containers'),
      );
    });
  });

  describe.each([
    ['write without end', 'yes x', 'printed more than 64 MiB'],
    ['complain without end', 'yes x >&2', ''],
    ['heed no signal', "trap '' TERM INT HUP; while :; do sleep 1; done", 'took longer than 1 s'],
    ['leave behind who holds their output', 'sleep 9 & exit 0', ''],
    ['print bytes', "printf '\\\\000\\\\377\\\\376\\\\200 \\\\033[31m'; printf '\\\\303' >&2; exit 3", ''],
  ])('that %s', (_, script, why) => {
    beforeAll(async () => {
      rmSync(dirname(bin), { recursive: true });
      bin = await shimFolder();
      process.env['PATH'] = `${bin}:${path}`;
      // of one namespace only: each takes its time
      program('nft', `case "$*" in *-j*) exit 1 ;; esac\n[ ! -e "$here/asked" ] || exit 1\n: >"$here/asked"\n${script}`);
    });

    it('are ended, and what they were to tell is lacking', async () => {
      const isThere = script.startsWith('sleep');
      const { files } = await collectHost({ seconds: 1 });
      rmSync(join(bin, 'asked'));
      expect(files.get('host/nft-ruleset.txt')).toBe(isThere ? '' : undefined);
      // a second shell where what it does by itself decides
      for (const shell of why === '' ? [['sh']] : [['sh'], ['bash']]) {
        const { texts } = await bySh(shell, '-t', '1');
        rmSync(join(bin, 'asked'));
        const lacking = lackingOf(texts, 'host/nft-ruleset');
        if (isThere) expect(texts.get('host/nft-ruleset.txt')).toBe('');
        else expect([shell, lacking.length, lacking.join().includes(why)]).toEqual([shell, 1, true]);
        expect(texts.has('host/ss.txt')).toBe(true);
      }
    });
  });

  it('that refuse to list what there is: nothing is said to be all', async () => {
    program('docker', `case "$*" in "version "*) echo '{}' ;; *) exit 1 ;; esac`);
    const { texts } = await bySh(['sh']);
    expect([texts.has('docker/containers.json'), lackingOf(texts, 'docker/containers').length]).toEqual([false, 1]);
    await expect(collectHost()).rejects.toThrow('docker ps -aq --no-trunc failed');
  });

  it('that list more than a command takes: the rest is taken all the same', async () => {
    program('docker', `case "$*" in "version "*) echo '{}' ;; *"q --no-trunc") seq -f 'c%063.0f' 60000 ;; *) echo '{}' ;; esac`);
    const { files, lacking } = await collectHost();
    expect([files.has('host/ss.txt'), lacking.some(({ file }) => file === 'docker/containers.json')]).toEqual([true, true]);
  });

  it('a host on which no container runs has its other namespaces taken all the same', async () => {
    program('docker', `case "$*" in "version "*) echo '{"Server":{"Version":"28.5.2"}}' ;; *"q --no-trunc") ;; *) echo '{}' ;; esac`);
    program('ip', `case "$*" in "netns list") echo 'gone (id: 0)' ;; *) echo '[]' ;; esac`);
    const by = [(await bySh(['sh'])).texts, (await collectHost()).files];
    expect(by.map((texts) => lackingOf(texts, 'netns'))).toEqual([['netns/gone: no such file'], ['netns/gone: no such file']]);
  });
});

import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../../src/model/host.js';
import { blankText, blankTexts } from '../../../src/snapshot/blank/index.js';
import { hostOfTexts } from '../../../src/snapshot/host-texts.js';
import { readTexts } from '../../../src/snapshot/load.js';

const HOSTS = fileURLToPath(new URL('../../../fixtures/hosts/', import.meta.url));
const CONTAINERS = 'docker/containers.json';
const SECRET = 'hunter2';

/** What `docker inspect` prints, with a secret in every place where one may be. */
const INSPECT = [
  {
    Id: 'a'.repeat(64),
    Name: '/web',
    Path: '/bin/sh',
    Args: ['-c', SECRET],
    State: { Status: 'running', Running: true, Pid: 7, Health: { Log: [{ Output: SECRET }] } },
    HostConfig: {
      NetworkMode: 'front',
      LogConfig: { Config: { token: SECRET } },
      StorageOpt: { key: SECRET },
      PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] },
    },
    Mounts: [{ Type: 'bind', Source: '/srv', Destination: '/data', RW: true }],
    Config: {
      Image: 'nginx',
      Env: [`PASSWORD=${SECRET}`],
      Cmd: [SECRET],
      Entrypoint: [SECRET],
      Healthcheck: { Test: [SECRET] },
      Labels: { 'com.docker.compose.service': 'web', 'traefik.auth': SECRET },
    },
    NetworkSettings: {
      Ports: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] },
      Networks: { front: { IPAddress: '172.18.0.2', DriverOpts: { key: SECRET }, Aliases: ['www'] } },
    },
  },
  {
    Id: 'b'.repeat(64),
    Name: 'front',
    Driver: 'bridge',
    IPAM: { Config: [{ Subnet: '172.18.0.0/16' }] },
    Options: { 'plugin.password': SECRET },
  },
];

describe('blankText', () => {
  it('keeps what the model reads of docker inspect, and no secret', () => {
    const blanked = blankText(CONTAINERS, JSON.stringify(INSPECT, undefined, 4));
    expect(blanked).not.toContain(SECRET);
    expect(JSON.parse(blanked)).toMatchObject([
      {
        Name: '/web',
        Path: '/bin/sh',
        Args: ['', ''],
        HostConfig: { NetworkMode: 'front', PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] } },
        Mounts: [{ Source: '/srv', Destination: '/data' }],
        Config: { Image: 'nginx', Env: [''], Labels: { 'com.docker.compose.service': 'web', 'traefik.auth': '' } },
        NetworkSettings: { Networks: { front: { IPAddress: '172.18.0.2', Aliases: ['www'] } } },
      },
      { Name: 'front', IPAM: { Config: [{ Subnet: '172.18.0.0/16' }] }, Options: { 'plugin.password': '' } },
    ]);
  });

  it('keeps no secret of a text that was cut anywhere, nor moves a line', () => {
    const whole = JSON.stringify(INSPECT, undefined, 4);
    fc.assert(
      fc.property(fc.nat(whole.length), (at) => {
        const cut = whole.slice(0, at);
        const blanked = blankText(CONTAINERS, cut);
        expect(blanked).not.toContain('hunter');
        expect(blanked.split('\n').length).toBe(cut.split('\n').length);
      }),
    );
  });

  it.each([
    [
      'docker/ps.txt',
      `CONTAINER ID   IMAGE   COMMAND              CREATED   STATUS   PORTS   NAMES\nabc            redis   "redis ${SECRET}"      1 day     Up       6379    db\n`,
      'CONTAINER ID   IMAGE   COMMAND              CREATED   STATUS   PORTS   NAMES\nabc            redis                        1 day     Up       6379    db\n',
    ],
    [
      'host/ps.txt',
      `UID PID PPID C STIME TTY TIME CMD\nroot 1 0 0 10:00 ? 00:00:01 /sbin/init ${SECRET}\nroot 9 1 0 10:00 ? 00:00:01 /usr/bin/docker-proxy -proto tcp\n`,
      'UID PID PPID C STIME TTY TIME CMD\nroot 1 0 0 10:00 ? 00:00:01 /sbin/init\nroot 9 1 0 10:00 ? 00:00:01 /usr/bin/docker-proxy -proto tcp\n',
    ],
    [
      'docker/info.json',
      `{"HttpProxy":"http://u:${SECRET}@p","Swarm":{"LocalNodeState":"active"},"IPv4Forwarding":true}`,
      '{"HttpProxy":"","Swarm":{"LocalNodeState":"active"},"IPv4Forwarding":true}',
    ],
    [
      'docker/info.txt',
      `Server:\n Server Version: 29.0.1\n HTTP Proxy: http://u:${SECRET}@p\n Swarm: ${SECRET} x\n Swarm: inactive\n`,
      '\n Server Version: 29.0.1\n\n\n Swarm: inactive\n',
    ],
    ['host/iptables-save.txt', '*filter\nCOMMIT\n', '*filter\nCOMMIT\n'],
  ])('of %s', (path, text, blanked) => {
    expect(blankText(path, text)).toBe(blanked);
  });
});

describe('blankTexts', () => {
  it('makes the same model of a recorded host, and hands on no file that was not used', async () => {
    const texts = await readTexts(`${HOSTS}docker28-policy`);
    const more = { ...texts, files: new Map([...texts.files, ['docker/secrets.env', `PASSWORD=${SECRET}`], ['host/notes.txt', SECRET]]) };
    const host = hostOfTexts(more);
    const blanked = blankTexts(more, host);
    expect(JSON.stringify([...blanked.files])).not.toContain(SECRET);
    const again = hostOfTexts(blanked);
    const told = (of: Host): Omit<Host, 'info' | 'version'> => {
      const { info: _info, version: _version, blankedLabels: _labels, ...rest } = of;
      return { ...rest, containers: of.containers.map((container) => ({ ...container, command: [], labels: new Map() })) };
    };
    // functions among the rules are others each time: what is told of a host is its data
    const written = (of: Host): string => inspect(told(of), { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity });
    expect(written(again)).toBe(written(host));
  });
});

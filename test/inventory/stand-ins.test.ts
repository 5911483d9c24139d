import { describe, expect, it } from 'vitest';
import { standInsOf } from '../../src/inventory/index.js';
import { loadFiles } from '../../src/snapshot/load.js';

const CONTAINER = {
  Id: 'a'.repeat(64),
  Name: '/web',
  State: { Running: true, Pid: 7 },
  HostConfig: { NetworkMode: 'bridge' },
  NetworkSettings: { Ports: { '80/tcp': [{ HostIp: '198.51.100.10', HostPort: '8080' }] } },
};

/** What one listener of the host is, beside a container that publishes 198.51.100.10:8080. */
function told(line: string): string {
  const host = loadFiles(
    new Map([
      ['host/ss.txt', `${line}\n`],
      ['docker/containers.json', JSON.stringify([CONTAINER])],
    ]),
  );
  const [socket] = host.netns.get('host')!.sockets;
  const standIn = standInsOf(host).of(socket!);
  if (standIn === undefined) return 'a service';
  return `${standIn.process} as ${standIn.duty} for ${standIn.publishers.map((p) => p.container.name).join() || 'nobody shown'}`;
}

const line = (at: string, process?: string, proto = 'tcp LISTEN'): string =>
  `${proto} 0 4096 ${at} 0.0.0.0:*${process === undefined ? '' : ` users:(("${process}",pid=9,fd=7))`}`;

describe('what stands in for a container', () => {
  it.each([
    [line('198.51.100.10:8080', 'docker-proxy'), 'docker-proxy as proxy for web'],
    [line('198.51.100.10:8080', 'docker-pr'), 'docker-pr as proxy for web'],
    [line('198.51.100.10:8080', 'docker-prox'), 'docker-prox as proxy for web'],
    [line('198.51.100.10:8080', 'rootlesskit'), 'rootlesskit as proxy for web'],
    [line('198.51.100.10:8080', 'rootlessk'), 'rootlessk as proxy for web'],
    [line('198.51.100.10:8080'), 'docker-proxy as proxy for web'],
    [line('0.0.0.0:8080'), 'docker-proxy as proxy for web'],
    [line('198.51.100.10:8080', 'dockerd'), 'dockerd as holder for web'],
    [line('198.51.100.10:8080', 'nginx'), 'a service'],
    [line('127.0.0.1:8080', 'dockerd'), 'a service'],
    [line('127.0.0.1:8080'), 'a service'],
    [line('198.51.100.10:8080', 'docker-proxy', 'udp UNCONN'), 'docker-proxy as proxy for nobody shown'],
    [line('0.0.0.0:5432', 'docker-proxy'), 'docker-proxy as proxy for nobody shown'],
    [line('0.0.0.0:2375', 'dockerd'), 'a service'],
    [line('0.0.0.0:2377', 'dockerd'), 'a service'],
    [line('0.0.0.0:4789', undefined, 'udp UNCONN'), 'a service'],
    [line('0.0.0.0:8081', 'docker'), 'a service'],
    [line('0.0.0.0:8081', 'dockerd-rootless'), 'a service'],
  ])('%s', (listener, answer) => expect(told(listener)).toBe(answer));
});

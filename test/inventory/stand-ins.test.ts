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
function told(line: string, changes: object = {}): string {
  const host = loadFiles(
    new Map([
      ['host/ss.txt', `${line}\n`],
      ['docker/containers.json', JSON.stringify([{ ...CONTAINER, ...changes }])],
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
    [line('198.51.100.10:8080', 'rootlesskit'), 'rootlesskit as relay for web'],
    [line('198.51.100.10:8080', 'rootlessk'), 'rootlessk as relay for web'],
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
    [line('198.51.100.10:8080', 'conmon'), 'conmon as holder for web'],
    [line('0.0.0.0:8081', 'conmon'), 'a service'],
    [line('198.51.100.10:8080', 'rootlessport'), 'rootlessport as relay for web'],
    [line('198.51.100.10:8080', 'rootlessp'), 'rootlessp as relay for web'],
    [line('198.51.100.10:8080', 'pasta.avx2'), 'pasta.avx2 as relay for web'],
    [line('198.51.100.10:8080', 'slirp4netns'), 'slirp4netns as relay for web'],
    [line('198.51.100.10:8080', 'pastable'), 'a service'],
    [line('0.0.0.0:8081', 'incusd'), 'incusd as forwarder for nobody shown'],
    [line('0.0.0.0:8443', 'incusd'), 'a service'],
    [line('127.0.0.1:3000', 'lxd'), 'lxd as forwarder for nobody shown'],
    [line('0.0.0.0:10256', 'kube-proxy'), 'a service'],
    [line('0.0.0.0:30080', 'kube-proxy'), 'a service'],
    [line('198.51.100.10:8080', 'kube-proxy'), 'kube-proxy as holder for web'],
  ])('%s', (listener, answer) => expect(told(listener)).toBe(answer));

  // a listing that names no process: whose container publishes the port says how it is bound
  it.each([
    [{ OCIConfigPath: '/var/lib/containers/x' }, 'bridge', 'conmon as holder for web'],
    [{ OCIConfigPath: '/home/a/x' }, 'pasta', 'pasta as relay for web'],
    [{ OCIConfigPath: '/home/a/x' }, 'slirp4netns:port_handler=slirp4netns', 'slirp4netns as relay for web'],
    [{ OCIConfigPath: '/home/a/x', sandbox: '/run/user/1000/netns/netns-1' }, 'bridge', 'rootlessport as relay for web'],
    [{ sandbox: '/run/user/1000/docker/netns/0a1b' }, 'bridge', 'rootlesskit as relay for web'],
    [{}, 'bridge', 'docker-proxy as proxy for web'],
  ])('%j on %s', ({ sandbox, ...more }: { readonly sandbox?: string; readonly OCIConfigPath?: string }, mode, answer) => {
    const settings = { ...CONTAINER.NetworkSettings, SandboxKey: sandbox ?? '/var/run/docker/netns/0a1b' };
    const changes = { ...more, HostConfig: { NetworkMode: mode }, NetworkSettings: settings };
    expect(told(line('198.51.100.10:8080'), changes)).toBe(answer);
  });
});

// what nerdctl 2 prints of a container: Docker's form, with labels of its own
describe('a container of nerdctl', () => {
  const labels = (folder: string): object => ({
    Config: {
      Labels: {
        'nerdctl/name': 'web',
        'nerdctl/namespace': 'default',
        'nerdctl/networks': '["bridge","mine"]',
        'nerdctl/state-dir': folder,
      },
    },
    NetworkSettings: {
      ...CONTAINER.NetworkSettings,
      Networks: { 'unknown-eth0': { IPAddress: '10.4.0.3', IPPrefixLen: 24 }, 'unknown-eth1': { IPAddress: '10.4.1.3', IPPrefixLen: 24 } },
    },
  });
  const ROOTFUL = labels('/var/lib/nerdctl/1935db59/containers/default/be4addd26f05');
  const ROOTLESS = labels('/home/ops/.local/share/nerdctl/1935db59/containers/default/be4addd26f05');
  it.each([
    // rules alone publish its port: who is bound to it serves it himself
    [line('198.51.100.10:8080'), ROOTFUL, 'a service'],
    [line('198.51.100.10:8080'), ROOTLESS, 'rootlesskit as relay for web'],
    [line('198.51.100.10:8080', 'rootlesskit'), ROOTLESS, 'rootlesskit as relay for web'],
  ])('%s', (listener, changes, answer) => expect(told(listener, changes)).toBe(answer));
  it('is on the networks that its label names', () => {
    const [web] = loadFiles(new Map([['docker/containers.json', JSON.stringify([{ ...CONTAINER, ...ROOTFUL }])]])).containers;
    expect([web?.runtime, web?.rootless, web?.endpoints.map(({ network }) => network)]).toEqual(['nerdctl', undefined, ['bridge', 'mine']]);
  });
});

import { describe, expect, it } from 'vitest';
import { createMachine } from '../../src/datapath/index.js';
import { traceFlow } from '../../src/datapath/trace/trace.js';
import { containersCalled, containersMeant } from '../../src/inventory/index.js';
import { loadFiles } from '../../src/snapshot/assemble.js';

const compose = (project: string, service: string, number: string): Record<string, string> => ({
  'com.docker.compose.project': project,
  'com.docker.compose.service': service,
  'com.docker.compose.container-number': number,
});

function inspected(i: number, name: string, image: string, labels: Record<string, string>, aliases: string[], running = true): unknown {
  const network = { NetworkID: 'n1', IPAddress: `172.18.0.${i}`, IPPrefixLen: 16, Gateway: '172.18.0.1', Aliases: aliases, DNSNames: [] };
  return {
    Id: `${i}a`.repeat(32),
    Name: `/${name}`,
    Config: { Image: image, Labels: labels },
    State: { Running: running, Pid: 100 + i },
    HostConfig: { NetworkMode: 'shop' },
    NetworkSettings: { Networks: { shop: network } },
  };
}

const CONTAINERS = [
  inspected(2, 'shop-web-1', 'registry:5000/acme/site:1.2', compose('shop', 'web', '1'), ['www', 'shop-web-1']),
  inspected(3, 'shop-db-1', 'postgres:16', compose('shop', 'db', '1'), ['database']),
  inspected(4, 'shop-worker-1', 'acme/job', compose('shop', 'worker', '1'), []),
  inspected(5, 'shop-worker-2', 'acme/job', compose('shop', 'worker', '2'), []),
  inspected(6, 'blog-db-1', 'mariadb', compose('blog', 'cms', '1'), [], false),
  inspected(
    7,
    'st_api.1.k3j9',
    'api',
    { 'com.docker.swarm.service.name': 'st_api', 'com.docker.stack.namespace': 'st', 'com.docker.swarm.task.name': 'st_api.1.k3j9' },
    [],
  ),
];
const host = loadFiles(
  new Map([
    ['docker/containers.json', JSON.stringify(CONTAINERS)],
    ['meta.json', JSON.stringify({ format: 'dtrace-path-snapshot/1', hostname: 'lab' })],
    [
      'host/ip-addr.txt',
      '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN\n    inet 127.0.0.1/8 scope host lo\n2: br-n1: <BROADCAST,UP,LOWER_UP> mtu 1500 state UP\n    inet 172.18.0.1/16 scope global br-n1\n',
    ],
  ]),
);

describe('containersCalled', () => {
  it.each([
    ['shop-web-1', ['shop-web-1']],
    ['web', ['shop-web-1']],
    ['shop/web', ['shop-web-1']],
    ['www', ['shop-web-1']],
    ['web-1', ['shop-web-1']],
    ['site', ['shop-web-1']],
    ['registry:5000/acme/site', ['shop-web-1']],
    ['database', ['shop-db-1']],
    ['postgres', ['shop-db-1']],
    ['postgres:16', ['shop-db-1']],
    ['3a3a3a3a', ['shop-db-1']],
    ['worker', ['shop-worker-1', 'shop-worker-2']],
    ['worker-2', ['shop-worker-2']],
    ['job', ['shop-worker-1', 'shop-worker-2']],
    ['blog/cms', ['blog-db-1']],
    ['api', ['st_api.1.k3j9']],
    ['st/api', ['st_api.1.k3j9']],
    ['st_api', ['st_api.1.k3j9']],
    ['nobody', []],
    ['', []],
  ])('%s', (name, found) => {
    expect(containersCalled(host.containers, name).map((container) => container.name)).toEqual(found);
  });
});

describe('questions by such names', () => {
  const machine = createMachine(host);
  const ask = (from: string, to: string): string => {
    const { flow, reason } = traceFlow(machine, { from, to, proto: 'tcp', dport: 5432 });
    return flow.dst === undefined ? reason : `${flow.src ?? ''} ${flow.dst}`;
  };
  it.each([
    ['lab', 'database'],
    ['localhost', 'db'],
    ['host', 'postgres'],
    ['host', 'shop/db'],
  ])('%s to %s', (from, to) => {
    expect(ask(from, to)).toBe('172.18.0.1 172.18.0.3');
  });

  it('a service of several containers asks which', () => {
    expect(ask('host', 'worker')).toContain('"worker" stands for 2 containers: ask for one of shop-worker-1, shop-worker-2');
  });

  it('a slip is met by the nearest names', () => {
    expect(ask('host', 'shop-bd-1')).toMatch(/nothing in the snapshot is called "shop-bd-1" \(did you mean shop-db-1/);
  });
});

/** Two projects, each with a `db` on a network of its own; what Docker's resolver and /etc/hosts of `web` say. */
describe('names as a container resolves them', () => {
  const on = (network: string, i: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
    [network]: { NetworkID: network, IPAddress: `172.${network === 'shop_default' ? 18 : 19}.0.${i}`, IPPrefixLen: 16, ...more },
  });
  const made = (i: number, name: string, networks: Record<string, unknown>, labels = {}, host = {}): unknown => ({
    Id: `${i}b`.repeat(32),
    Name: `/${name}`,
    Config: { Image: 'x', Labels: labels },
    State: { Running: true, Pid: 100 + i },
    HostConfig: { NetworkMode: Object.keys(networks)[0], ...host },
    NetworkSettings: { Networks: networks },
  });
  const two = loadFiles(
    new Map([
      [
        'docker/containers.json',
        JSON.stringify([
          made(2, 'shop-db-1', on('shop_default', 2, { Aliases: ['db'] }), compose('shop', 'db', '1')),
          made(3, 'blog-db-1', on('blog_default', 3, { Aliases: ['db'] }), compose('blog', 'db', '1')),
          made(
            4,
            'web',
            on('shop_default', 4, { Links: ['blog-db-1:other'] }),
            {},
            { ExtraHosts: ['host.docker.internal:host-gateway', 'ldap:192.0.2.7'] },
          ),
          made(5, 'old', { bridge: { NetworkID: 'b', IPAddress: '172.17.0.5', IPPrefixLen: 16 } }, {}, { Links: ['/web:/old/front'] }),
        ]),
      ],
      ['host/ip-addr.txt', '3: docker0: <BROADCAST,UP,LOWER_UP> mtu 1500 state UP\n    inet 172.17.0.1/16 scope global docker0\n'],
    ]),
  );
  const machine = createMachine(two);
  it.each([
    ['web', 'db', '172.18.0.2'],
    ['blog-db-1', 'db', '172.19.0.3'],
    ['web', 'other', '172.19.0.3'],
    ['web', 'db.blog_default', '172.19.0.3'],
    ['web', 'host.docker.internal', '172.17.0.1'],
    ['web', 'ldap', '192.0.2.7'],
    ['old', 'front', '172.18.0.4'],
  ])('%s asks for %s', (from, to, dst) => {
    expect(traceFlow(machine, { from, to, proto: 'tcp', dport: 80 }).flow.dst).toBe(dst);
  });

  it('who is on neither network asks which', () => {
    expect(traceFlow(machine, { from: 'host', to: 'db', proto: 'tcp', dport: 80 }).reason).toContain('stands for 2 containers');
  });
});

describe('containersMeant', () => {
  it.each([
    ['worker', ['shop-worker-1', 'shop-worker-2']],
    ['database', ['shop-db-1']],
    ['postgres', ['shop-db-1']],
    // an image of several is no set that anybody named
    ['job', []],
  ])('%s', (name, found) => {
    expect(containersMeant(host.containers, name).map((container) => container.name)).toEqual(found);
  });
});

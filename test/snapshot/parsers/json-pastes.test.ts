import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatIp } from '../../../src/address/ip.js';
import { loadFiles } from '../../../src/snapshot/load.js';

const FOLDER = new URL('../../../fixtures/cases/json-pastes/', import.meta.url);
const LO = '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n    inet 127.0.0.1/8 scope host lo\n';

/** What a file of `docker/` tells of containers and networks, and the first thing that is refused of it. */
function read(place: string, text: string): readonly string[] {
  const { containers, networks, problems } = loadFiles(
    new Map([
      ['host/ip-addr.txt', LO],
      [place, text],
    ]),
  );
  const [refused] = problems.filter(({ origin }) => origin.file === place);
  return [
    ...containers.map((c) =>
      `${c.name} ${c.endpoints.map((e) => `${e.network} ${e.ip === undefined ? '?' : formatIp(e.ip)}`).join(' ')}`.trim(),
    ),
    ...networks.map((n) => `${n.name} ${n.driver} ${n.bridge ?? '-'} ${n.subnets.map((s) => s.prefix).join(' ')}`.trim()),
    ...networks.flatMap((n) =>
      (n.members ?? []).map((m) => `${m.name} on ${n.name}: ${m.endpoint.ip === undefined ? '?' : formatIp(m.endpoint.ip)}`),
    ),
    ...(refused === undefined ? [] : [`${refused.origin.line}: ${refused.message.split(/[:;]/, 1)[0]!}`]),
  ];
}

/** A paste, where it is laid, and what it tells, or the line and the reason for which it is refused. */
const PASTES: readonly (readonly [string, string, readonly string[]])[] = [
  ['inspect-single-object.json', 'docker/containers.json', ['web bridge 172.17.0.2']],
  ['inspect-cut.txt', 'docker/containers.json', ['5: not valid JSON']],
  ['inspect-f-NetworkSettings.json', 'docker/containers.json', ['1: neither a container nor a network of docker inspect']],
  ['podman-inspect.json', 'docker/containers.json', ['web podman 10.88.0.8']],
  ['podman-network-inspect.json', 'docker/networks.json', ['podman bridge podman0 10.88.0.0/16']],
  ['docker-network-ls.txt', 'docker/network-ls.txt', ['bridge bridge -', 'mynet bridge -']],
  ['docker-ps-format.txt', 'docker/ps.txt', ['1: not of a table with the column CONTAINER ID']],
  ['docker-ps-redacted.txt', 'docker/ps.txt', ['2: not a line of docker ps']],
];

const SIBLINGS: readonly (readonly [string, string, string, readonly string[]])[] = [
  [
    'two networks of podman, one of them macvlan',
    'docker/networks.json',
    JSON.stringify([
      {
        name: 'app',
        id: 'a'.repeat(64),
        driver: 'bridge',
        network_interface: 'podman1',
        subnets: [{ subnet: '10.89.0.0/24', gateway: '10.89.0.1' }],
        ipv6_enabled: false,
        internal: false,
        dns_enabled: true,
      },
      { name: 'lan', id: 'b'.repeat(64), driver: 'macvlan', network_interface: 'eth0', subnets: [], dns_enabled: false },
    ]),
    ['app bridge podman1 10.89.0.0/24', 'lan macvlan -'],
  ],
  [
    'who is on a network of podman',
    'docker/networks.json',
    JSON.stringify([
      {
        name: 'app',
        id: 'a'.repeat(64),
        driver: 'bridge',
        network_interface: 'podman1',
        subnets: [{ subnet: '10.89.0.0/24' }],
        dns_enabled: true,
        containers: {
          ['c'.repeat(64)]: {
            name: 'web',
            interfaces: { eth0: { subnets: [{ ipnet: '10.89.0.7/24', gateway: '10.89.0.1' }], mac_address: '52:54:00:00:00:07' } },
          },
        },
      },
    ]),
    ['app bridge podman1 10.89.0.0/24', 'web on app: 10.89.0.7'],
  ],
  [
    'a network of podman without a name',
    'docker/networks.json',
    '[{"id":"aa","driver":"bridge","dns_enabled":true}]',
    ['1: a network without "id" or "name"'],
  ],
  [
    'a subnet that is none',
    'docker/networks.json',
    '[{"name":"n","id":"aa","driver":"bridge","dns_enabled":true,"subnets":[{"subnet":"wat"}]}]',
    ['n bridge -', '1: not a subnet'],
  ],
  ['an error of podman in its place', 'docker/networks.json', 'Error: network app: network not found\n', ['1: not valid JSON']],
  ['an error of sudo in its place', 'docker/containers.json', 'sudo: a terminal is required to read the password\n', ['1: not valid JSON']],
  [
    'no answer of the daemon in its place',
    'docker/ps.txt',
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
    ['1: not of a table with the column CONTAINER ID'],
  ],
];

describe('what people paste of docker and podman', () => {
  test.each(PASTES)('%s', (name, place, told) => {
    expect(read(place, readFileSync(new URL(name, FOLDER), 'utf8'))).toEqual(told);
  });

  test.each(SIBLINGS)('%s', (_what, place, text, told) => {
    expect(read(place, text)).toEqual(told);
  });
});

import { describe, expect, test } from 'vitest';
import { formatIp } from '../../../src/address/ip.js';
import { createMachine, traceFlow, type Machine } from '../../../src/datapath/index.js';
import { holding, proxyTarget } from '../../../src/datapath/proxy/proxy.js';
import { buildHost, type Space } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const WITH_V6: Partial<Space> = {
  links: [{ name: 'eth0', index: 10, kind: 'veth', addrs: ['172.17.0.2/16', 'fd00:17::2/64', 'fe80::2/64'], peer: 4, nsid: 0 }],
};

function machineOf(nat: readonly string[], nat6: readonly string[], listen: readonly string[], web: Partial<Space> = WITH_V6): Machine {
  return createMachine(buildHost(lab({ iptables: { nat }, ip6tables: { nat: nat6 }, listen }, web)));
}

const DOCKER = ['-N DOCKER', '-A PREROUTING -j DOCKER'];
const four = (words: string, to: string): string => `-A DOCKER ${words}-p tcp -m tcp --dport 8080 -j DNAT --to-destination ${to}`;
const RULES4 = [...DOCKER, four('', '172.17.0.2:80')];
const RULES6 = [...DOCKER, four('', '[fd00:17::2]:80')];

describe('without docker inspect, where docker-proxy dials', () => {
  const cases: readonly (readonly [what: string, machine: Machine, targets: readonly string[]])[] = [
    [
      'each family by its own rule',
      machineOf(RULES4, RULES6, ['tcp 0.0.0.0:8080 docker-proxy', 'tcp [::]:8080 docker-proxy']),
      ['172.17.0.2 80', 'fd00:17::2 80'],
    ],
    [
      'no rule was written for IPv6, and the container has an address of it',
      machineOf(RULES4, [], ['tcp 0.0.0.0:8080 docker-proxy', 'tcp [::]:8080 docker-proxy']),
      ['172.17.0.2 80', 'fd00:17::2 80'],
    ],
    ['the container has none', machineOf(RULES4, [], ['tcp [::]:8080 docker-proxy'], {}), ['172.17.0.2 80']],
    [
      'one port at two addresses of the host is two containers',
      machineOf(
        [...DOCKER, four('-d 127.0.0.1/32 ', '172.17.0.2:80'), four('-d 192.0.2.10/32 ', '172.17.0.3:443')],
        [],
        ['tcp 192.0.2.10:8080 docker-proxy', 'tcp 127.0.0.1:8080 docker-proxy'],
      ),
      ['172.17.0.3 443', '172.17.0.2 80'],
    ],
    [
      'a rule for a whole network binds no address',
      machineOf([...DOCKER, four('-d 192.0.2.0/24 ', '172.17.0.2:80')], [], ['tcp 192.0.2.10:8080 docker-proxy']),
      ['172.17.0.2 80'],
    ],
  ];

  test.each(cases)('%s', (_, machine, targets) => {
    const found = machine.root.netns.sockets.map((socket) => proxyTarget(machine, socket));
    expect(found.map((target) => (typeof target === 'object' ? `${formatIp(target.ip)} ${target.port}` : target))).toEqual(targets);
  });
});

describe('without docker inspect, what dockerd does with a port', () => {
  const cases: readonly (readonly [what: string, socket: string, duty: unknown])[] = [
    ["Docker's rules publish it", 'tcp 0.0.0.0:8080 dockerd', 'holds'],
    ['and so for the other family', 'tcp [::]:8080 dockerd', 'holds'],
    ['its API', 'tcp 0.0.0.0:2375 dockerd', 'serves'],
    ["Swarm's gossip", 'udp 0.0.0.0:7946 dockerd', 'serves'],
    ['it takes no other datagrams', 'udp 0.0.0.0:5353 dockerd', 'holds'],
    ['nothing tells', 'tcp 0.0.0.0:1234 dockerd', { lacks: expect.objectContaining({ file: 'docker/containers.json' }) as unknown }],
    ['another program', 'tcp 0.0.0.0:1234 nginx', 'serves'],
  ];

  test.each(cases)('%s', (_, socket, duty) => {
    const machine = machineOf(RULES4, [], [socket]);
    expect(machine.root.netns.sockets.map((one) => holding(machine, one))).toEqual([duty]);
  });

  test('what is not told is asked for, not taken', () => {
    const { outcome, reason } = traceFlow(machineOf([], [], ['tcp 0.0.0.0:1234 dockerd']), { from: 'web', to: '172.17.0.1', dport: 1234 });
    expect([outcome, reason]).toEqual([
      'unknown',
      'dockerd on tcp *:1234 in host takes it; whether it serves it, or only holds it for a container (userland-proxy off), is in docker/containers.json (`docker inspect $(docker ps -aq)`), which is not whole',
    ]);
  });
});

import { describe } from 'vitest';
import { testCases } from '../../support/cases.js';
import type { Space } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const docker = {
  'containers.json': [
    {
      Id: 'aaaaaaaaaaaa',
      Name: '/web',
      State: { Running: true, Pid: 4242 },
      Config: { Image: 'nginx' },
      HostConfig: { NetworkMode: 'bridge' },
      NetworkSettings: {
        Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] },
        Networks: {
          bridge: { NetworkID: 'n1', IPAddress: '172.17.0.2', IPPrefixLen: 16, Gateway: '172.17.0.1', MacAddress: '02:42:ac:11:00:02' },
        },
      },
    },
  ],
};
const atHome = { from: 'host', to: '127.0.0.1', dport: 8080 } as const;
const DNAT = ['-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80'];
const proxied = (host: Partial<Space> = {}, web: Partial<Space> = {}) => lab({ listen: ['tcp 0.0.0.0:8080 docker-proxy'], ...host }, web);

describe('docker-proxy', () => {
  testCases([
    {
      what: 'takes what no DNAT met and dials the container',
      spaces: proxied(),
      docker,
      flow: atHome,
      told: {
        outcome: 'connected',
        reason: 'docker-proxy takes it and dials web at 172.17.0.2:80: a listener on tcp *:80 in web answers',
        packets: [
          '127.0.0.1:49152 > 127.0.0.1:8080: host lo in',
          '< 127.0.0.1:8080 > 127.0.0.1:49152: host lo in',
          '172.17.0.1:49153 > 172.17.0.2:80: host docker0 out, host vweb out, web eth0 in',
          '< 172.17.0.2:80 > 172.17.0.1:49153: web eth0 out, host vweb in, host docker0 in',
        ],
        rules: [],
      },
    },
    {
      what: 'dials in vain: the client is connected and then closed',
      spaces: proxied({}, { listen: [] }),
      docker,
      flow: atHome,
      told: {
        outcome: 'connected',
        reason:
          'docker-proxy takes it and dials web at 172.17.0.2:80, in vain (nothing listens on tcp 172.17.0.2:80 in web); the client is connected to the proxy and then closed',
        packets: [
          '127.0.0.1:49152 > 127.0.0.1:8080: host lo in',
          '< 127.0.0.1:8080 > 127.0.0.1:49152: host lo in',
          '172.17.0.1:49153 > 172.17.0.2:80: host docker0 out, host vweb out, web eth0 in',
          '< 172.17.0.2:80 > 172.17.0.1:49153: web eth0 out, host vweb in, host docker0 in',
        ],
        rules: [],
      },
    },
    {
      what: 'its packets are dropped: the client hears nothing',
      spaces: proxied({}, { iptables: { filter: ['-P INPUT DROP'] } }),
      docker,
      flow: atHome,
      told: {
        outcome: 'timeout',
        reason:
          "docker-proxy takes it and dials web at 172.17.0.2:80, in vain: no rule of web's filter INPUT matched, and its policy is DROP; the client hears nothing",
        packets: [
          '127.0.0.1:49152 > 127.0.0.1:8080: host lo in',
          '< 127.0.0.1:8080 > 127.0.0.1:49152: host lo in',
          '172.17.0.1:49153 > 172.17.0.2:80: host docker0 out, host vweb out, web eth0 in',
        ],
        rules: [],
      },
    },
    {
      what: 'DNAT goes before it',
      spaces: proxied({ iptables: { nat: DNAT } }),
      docker,
      flow: { from: 'internet', to: '192.0.2.10', dport: 8080 },
      told: {
        outcome: 'connected',
        reason: 'a listener on tcp *:80 in web answers',
        packets: [
          '203.0.113.1:49152 > 192.0.2.10:8080: host eth0 in',
          '203.0.113.1:49152 > 172.17.0.2:80: host docker0 out, host vweb out, web eth0 in',
          '< 172.17.0.2:80 > 203.0.113.1:49152: web eth0 out, host vweb in, host docker0 in',
          '< 192.0.2.10:8080 > 203.0.113.1:49152: host eth0 out',
        ],
        rules: ['host nat -A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80'],
      },
    },
    {
      what: 'whose container no listing tells but that listens alone',
      spaces: proxied(),
      flow: atHome,
      told: {
        outcome: 'connected',
        reason:
          'docker-proxy takes it and dials web at 172.17.0.2:80 (the only container that listens in this snapshot, which lacks docker inspect): a listener on tcp *:80 in web answers',
        packets: [
          '127.0.0.1:49152 > 127.0.0.1:8080: host lo in',
          '< 127.0.0.1:8080 > 127.0.0.1:49152: host lo in',
          '172.17.0.1:49153 > 172.17.0.2:80: host docker0 out, host vweb out, web eth0 in',
          '< 172.17.0.2:80 > 172.17.0.1:49153: web eth0 out, host vweb in, host docker0 in',
        ],
        rules: [],
      },
    },
    {
      what: 'whose container no listing tells',
      spaces: proxied({}, { listen: [] }),
      flow: atHome,
      told: {
        outcome: 'unknown',
        reason:
          'docker-proxy on tcp 8080 takes the connection, and docker inspect, which would name its container, is not in the snapshot: whether anybody answers behind it is not known',
        packets: ['127.0.0.1:49152 > 127.0.0.1:8080: host lo in', '< 127.0.0.1:8080 > 127.0.0.1:49152: host lo in'],
        rules: [],
      },
    },
    {
      what: 'dockerd that only holds the port never answers',
      spaces: proxied({ listen: ['tcp 0.0.0.0:8080 dockerd'] }),
      docker,
      flow: atHome,
      told: {
        outcome: 'timeout',
        reason: 'dockerd only holds tcp port 8080 for a container (userland-proxy is off) and never answers on it',
        packets: ['127.0.0.1:49152 > 127.0.0.1:8080: host lo in'],
        rules: [],
      },
    },
  ]);
});

const DNS = {
  nat: [
    '-N DOCKER_OUTPUT',
    '-N DOCKER_POSTROUTING',
    '-A OUTPUT -d 127.0.0.11/32 -j DOCKER_OUTPUT',
    '-A POSTROUTING -d 127.0.0.11/32 -j DOCKER_POSTROUTING',
    '-A DOCKER_OUTPUT -d 127.0.0.11/32 -p tcp -m tcp --dport 53 -j DNAT --to-destination 127.0.0.11:41000',
    '-A DOCKER_OUTPUT -d 127.0.0.11/32 -p udp -m udp --dport 53 -j DNAT --to-destination 127.0.0.11:42000',
    '-A DOCKER_POSTROUTING -s 127.0.0.11/32 -p tcp -m tcp --sport 41000 -j SNAT --to-source :53',
    '-A DOCKER_POSTROUTING -s 127.0.0.11/32 -p udp -m udp --sport 42000 -j SNAT --to-source :53',
  ],
};
const resolver = { iptables: DNS, listen: ['tcp 127.0.0.11:41000', 'udp 127.0.0.11:42000'] };

describe('the embedded name server', () => {
  testCases([
    {
      what: 'by UDP',
      spaces: lab({}, resolver),
      flow: { from: 'web', to: '127.0.0.11', dport: 53, proto: 'udp' },
      told: {
        outcome: 'connected',
        reason: 'a listener on udp 127.0.0.11:42000 in web answers',
        packets: ['127.0.0.1:49152 > 127.0.0.11:42000: web lo in', '< 127.0.0.11:53 > 127.0.0.1:49152: web lo in'],
        rules: [
          'web nat -A OUTPUT -d 127.0.0.11/32 -j DOCKER_OUTPUT',
          'web nat -A DOCKER_OUTPUT -d 127.0.0.11/32 -p udp -m udp --dport 53 -j DNAT --to-destination 127.0.0.11:42000',
          'web nat -A POSTROUTING -d 127.0.0.11/32 -j DOCKER_POSTROUTING',
        ],
      },
    },
    {
      what: 'by TCP',
      spaces: lab({}, resolver),
      flow: { from: 'web', to: '127.0.0.11', dport: 53 },
      told: {
        outcome: 'connected',
        reason: 'a listener on tcp 127.0.0.11:41000 in web answers',
        packets: ['127.0.0.1:49152 > 127.0.0.11:41000: web lo in', '< 127.0.0.11:53 > 127.0.0.1:49152: web lo in'],
        rules: [
          'web nat -A OUTPUT -d 127.0.0.11/32 -j DOCKER_OUTPUT',
          'web nat -A DOCKER_OUTPUT -d 127.0.0.11/32 -p tcp -m tcp --dport 53 -j DNAT --to-destination 127.0.0.11:41000',
          'web nat -A POSTROUTING -d 127.0.0.11/32 -j DOCKER_POSTROUTING',
        ],
      },
    },
    {
      what: 'is not there in a container without its rules',
      spaces: lab({}, resolver),
      flow: { from: 'db', to: '127.0.0.11', dport: 53 },
      told: {
        outcome: 'refused',
        reason: 'nothing listens on tcp 127.0.0.11:53 in db',
        packets: ['127.0.0.1:49152 > 127.0.0.11:53: db lo in', '< 127.0.0.11:53 > 127.0.0.1:49152: db lo in'],
        rules: [],
      },
    },
  ]);
});

import { testCases } from '../../support/cases.js';
import { lab } from '../../support/lab.js';

const networks = [
  {
    Id: 'n1',
    Name: 'bridge',
    Driver: 'bridge',
    Scope: 'local',
    IPAM: { Config: [{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }] },
    Options: { 'com.docker.network.bridge.name': 'docker0' },
  },
];
const inspected = (name: string, ip: string, changes: object = {}) => ({
  Id: `${name}000000000000`,
  Name: `/${name}`,
  State: { Running: true, Pid: 4242 },
  Config: { Image: 'nginx' },
  HostConfig: { NetworkMode: 'bridge' },
  NetworkSettings: {
    Ports: {},
    Networks: { bridge: { NetworkID: 'n1', IPAddress: ip, IPPrefixLen: 16, Gateway: '172.17.0.1', MacAddress: '02:42:ac:11:00:09' } },
  },
  ...changes,
});
const docker = {
  'networks.json': networks,
  'containers.json': [inspected('app', '172.17.0.9'), inspected('api', '172.17.0.8', { State: { Running: false } })],
};
const shared = {
  'containers.json': [
    inspected('web', '172.17.0.2'),
    inspected('side', '', { HostConfig: { NetworkMode: 'container:web000000000000' }, NetworkSettings: { Ports: {}, Networks: {} } }),
  ],
};

testCases([
  {
    what: 'outwards from a container that only docker inspect shows',
    spaces: lab(),
    docker,
    flow: { from: 'app', to: '203.0.113.8', dport: 443 },
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.9:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.9 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.9:49152 > 203.0.113.8:443: app eth0 out, host veth-of-app0 in, host docker0 in, host eth0 out'],
      rules: [],
    },
  },
  {
    what: 'to it: whether it listens is not known',
    spaces: lab(),
    docker,
    flow: { from: 'web', to: 'app', dport: 80 },
    told: {
      outcome: 'unknown',
      reason:
        'the packet reaches app at tcp 172.17.0.9:80; whether something listens there is in netns/app/ss.txt, which the snapshot lacks',
      packets: ['172.17.0.2:49152 > 172.17.0.9:80: web eth0 out, host vweb in, host veth-of-app0 out, app eth0 in'],
      rules: [],
    },
  },
  {
    what: 'an echo needs no listener',
    spaces: lab(),
    docker,
    flow: { from: 'web', to: 'app' },
    told: {
      outcome: 'connected',
      reason: 'app answers the echo request',
      packets: [
        '172.17.0.2 > 172.17.0.9: web eth0 out, host vweb in, host veth-of-app0 out, app eth0 in',
        '< 172.17.0.9 > 172.17.0.2: app eth0 out, host veth-of-app0 in, host vweb out, web eth0 in',
      ],
      rules: [],
    },
  },
  {
    what: "the host's rules hold for it",
    spaces: lab({ iptables: { filter: ['-A FORWARD -s 172.17.0.9/32 -j DROP'] } }),
    docker,
    flow: { from: 'app', to: '203.0.113.8', dport: 443 },
    told: {
      outcome: 'timeout',
      reason: "`-A FORWARD -s 172.17.0.9/32 -j DROP` in host's filter FORWARD drops it",
      packets: ['172.17.0.9:49152 > 203.0.113.8:443: app eth0 out, host veth-of-app0 in, host docker0 in'],
      rules: ['host filter -A FORWARD -s 172.17.0.9/32 -j DROP'],
    },
  },
  {
    what: 'one that is stopped has no namespace',
    spaces: lab(),
    docker,
    flow: { from: 'api', to: '203.0.113.8', dport: 443 },
    told: { outcome: 'unknown', reason: 'container api is not running, so it has no network namespace', packets: [], rules: [] },
  },
  {
    what: 'by a prefix of its id',
    spaces: lab(),
    docker: { ...docker, 'containers.json': [inspected('app', '172.17.0.9', { Id: 'beef00000000' })] },
    flow: { from: 'beef', to: '203.0.113.8', dport: 443 },
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.9:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.9 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.9:49152 > 203.0.113.8:443: app eth0 out, host veth-of-app0 in, host docker0 in, host eth0 out'],
      rules: [],
    },
  },
  {
    what: "a container that shares another's namespace",
    spaces: lab(),
    docker: shared,
    flow: { from: 'side', to: '203.0.113.8', dport: 443 },
    told: {
      outcome: 'leaves-host',
      reason:
        'the packet leaves host by eth0 as 172.17.0.2:49152 → 203.0.113.8:443; what lies beyond is not in the snapshot; 172.17.0.2 is a private address that nothing translates (eth0 has 192.0.2.10), so no answer can come back unless the network beyond knows a way to it',
      packets: ['172.17.0.2:49152 > 203.0.113.8:443: web eth0 out, host vweb in, host docker0 in, host eth0 out'],
      rules: [],
    },
  },
  {
    what: "to a container that shares another's namespace",
    spaces: lab(),
    docker: shared,
    flow: { from: 'db', to: 'side', dport: 80 },
    told: {
      outcome: 'connected',
      reason: 'a listener on tcp *:80 in web answers',
      packets: [
        '172.17.0.3:49152 > 172.17.0.2:80: db eth0 out, host vdb in, host vweb out, web eth0 in',
        '< 172.17.0.2:80 > 172.17.0.3:49152: web eth0 out, host vweb in, host vdb out, db eth0 in',
      ],
      rules: [],
    },
  },
  {
    what: 'from one to the other it is one machine',
    spaces: lab({}, { listen: ['tcp 127.0.0.1:80'] }),
    docker: shared,
    flow: { from: 'side', to: 'web', dport: 80 },
    told: {
      outcome: 'refused',
      reason: 'nothing listens on tcp 172.17.0.2:80 in web',
      packets: ['172.17.0.2:49152 > 172.17.0.2:80: web lo in', '< 172.17.0.2:80 > 172.17.0.2:49152: web lo in'],
      rules: [],
    },
  },
]);

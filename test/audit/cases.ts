import { append, container, edit, rule, sysctl, type Files } from './hosts.js';

export interface Case {
  readonly rule: string;
  readonly name: string;
  readonly host: string;
  readonly changes: readonly ((files: Files) => void)[];
  /** Each finding: severity, then its objects. */
  readonly found: readonly (readonly string[])[];
  readonly state: 'found' | 'passed' | 'not applicable' | 'undetermined';
}

const D20 = 'docker20-bridge';
const D28 = 'docker28-bridge';
const DUAL = 'docker28-dual';
const POLICY = 'docker28-policy';

function fires(id: string, name: string, host: string, changes: Case['changes'], ...found: Case['found']): Case {
  return { rule: id, name, host, changes, found, state: 'found' };
}

function quiet(id: string, name: string, host: string, changes: Case['changes'], state: Case['state'] = 'passed'): Case {
  return { rule: id, name, host, changes, found: [], state };
}

const listen = (address: string, process: string, proto = 'tcp'): ((files: Files) => void) => {
  const any = address.startsWith('*') ? '*:*' : address.startsWith('[') ? '[::]:*' : '0.0.0.0:*';
  return append(
    'host/ss.txt',
    `${proto} ${proto === 'tcp' ? 'LISTEN' : 'UNCONN'} 0 64 ${address} ${any}${process === '' ? '' : ` users:(("${process}",pid=77,fd=3))`}`,
  );
};

const socket = container('web', (c) => {
  c['Mounts'] = [{ Type: 'bind', Source: '/var/run/docker.sock', Destination: '/var/run/docker.sock', RW: false }];
});

const info = (change: (value: Record<string, unknown>) => void): ((files: Files) => void) =>
  edit('docker/info.json', (text) => {
    const value = JSON.parse(text) as Record<string, unknown>;
    change(value);
    return JSON.stringify(value);
  });

const overlay = (options: Record<string, string>): ((files: Files) => void) =>
  edit('docker/networks.json', (text) => {
    const list = JSON.parse(text) as unknown[];
    const id = 'f'.repeat(64);
    return JSON.stringify(
      [
        ...list,
        {
          Name: 'ov',
          Id: id,
          Scope: 'swarm',
          Driver: 'overlay',
          EnableIPv6: false,
          IPAM: { Config: [{ Subnet: '10.0.1.0/24' }] },
          Internal: false,
          Attachable: true,
          Ingress: false,
          Options: options,
          Containers: {},
        },
      ],
      undefined,
      1,
    );
  });

const swarm = (nodes: number): ((files: Files) => void) =>
  info(
    (value) =>
      (value['Swarm'] = {
        LocalNodeState: 'active',
        NodeID: 'a',
        Nodes: nodes,
        RemoteManagers: [{ NodeID: 'a', Addr: '198.51.100.10:2377' }],
      }),
  );

/** A swarm publishes through a namespace of no container: its ingress. */
const ingress: readonly ((files: Files) => void)[] = [
  edit('host/iptables-save.txt', (t) =>
    t.replace('*nat\n', '*nat\n:DOCKER-INGRESS - [0:0]\n').replace('*filter\n', '*filter\n:DOCKER-INGRESS - [0:0]\n'),
  ),
  rule('nat', '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER-INGRESS'),
  rule('nat', '-A DOCKER-INGRESS -p tcp -m tcp --dport 8090 -j DNAT --to-destination 172.18.0.2:8090'),
  rule('filter', '-A DOCKER-INGRESS -p tcp -m tcp --dport 8090 -j ACCEPT'),
  edit('host/iptables-save.txt', (t) => t.replace(/^(\[0:0\] )?-A FORWARD /m, '-A FORWARD -j DOCKER-INGRESS\n$&')),
];

/** Docker publishes nothing for a container on the host's network, and runs no proxy for it. */
const hostNetwork = (files: Files): void => {
  container('web', (c) => (c.HostConfig['NetworkMode'] = 'host'))(files);
  edit('host/ss.txt', (text) =>
    text
      .split('\n')
      .map((line) => (/:8080\s.*docker-proxy/.test(line) ? '' : line))
      .join('\n'),
  )(files);
};

const dropAll = edit('host/iptables-save.txt', (text) =>
  text
    .replace('-A FORWARD -j DOCKER-USER\n', '-A FORWARD -j DOCKER-USER\n')
    .replace(/^(\[0:0\] )?-A FORWARD -j DOCKER-USER$/m, '$&\n-A DOCKER-USER -i up0 -j DROP'),
);
const dropInput6 = edit('host/ip6tables-save.txt', (text) =>
  text.includes('*filter')
    ? text.replace(':INPUT ACCEPT', ':INPUT DROP')
    : `${text}*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n`,
);
const dropInput = edit('host/iptables-save.txt', (text) => text.replace(':INPUT ACCEPT', ':INPUT DROP'));
const noDocker = edit(
  'host/iptables-save.txt',
  () => '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n',
);
const forwardAccept = edit('host/iptables-save.txt', (text) => text.replace(':FORWARD DROP', ':FORWARD ACCEPT'));
const acceptFirst = edit('host/iptables-save.txt', (text) =>
  text.replace(
    /^(\[0:0\] )?-A FORWARD -j DOCKER-USER$/m,
    '-A FORWARD -i docker0 -j ACCEPT\n-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n$&',
  ),
);

export const CASES: readonly Case[] = [
  fires('docker-api-exposed', 'dockerd on 2375', D28, [listen('*:2375', 'dockerd')], ['critical', 'host 2375/tcp']),
  fires(
    'docker-api-exposed',
    '2376 of which docker info warns',
    D28,
    [
      listen('*:2376', 'dockerd'),
      info((v) => (v['Warnings'] = ['[DEPRECATION NOTICE]: API is accessible on tcp://0.0.0.0:2376 without TLS client verification.'])),
    ],
    ['critical', 'host 2376/tcp'],
  ),
  fires(
    'docker-api-exposed',
    'loopback and a container on the host network',
    D28,
    [listen('127.0.0.1:2375', 'dockerd'), hostNetwork],
    ['critical', 'host 127.0.0.1:2375/tcp'],
  ),
  fires('docker-api-exposed', 'loopback only', D28, [listen('127.0.0.1:2375', 'dockerd')], ['info', 'host 127.0.0.1:2375/tcp']),
  fires(
    'docker-api-exposed',
    'a port of its own, of which docker info warns',
    D28,
    [listen('*:4243', 'dockerd'), info((v) => (v['Warnings'] = ['WARNING: API is accessible on http://0.0.0.0:4243 without encryption.']))],
    ['critical', 'host 4243/tcp'],
  ),
  quiet('docker-api-exposed', 'a port of its own that asks for certificates', D28, [
    listen('*:4243', 'dockerd'),
    info((v) => (v['Warnings'] = [])),
  ]),
  quiet('docker-api-exposed', 'another process on 2375', D28, [listen('*:2375', 'nginx')], 'not applicable'),
  fires('docker-api-exposed', 'firewalled', D28, [listen('0.0.0.0:2375', 'dockerd'), dropInput], ['info', 'host 2375/tcp']),

  fires('docker-socket-mounted', 'read-only in a container that is reached', D28, [socket], ['critical', 'web']),
  fires('docker-socket-mounted', 'in a container that nobody reaches', D28, [socket, dropAll, dropInput6, dropInput], ['high', 'web']),
  quiet('docker-socket-mounted', 'another socket', D28, [
    container('web', (c) => (c['Mounts'] = [{ Type: 'bind', Source: '/var/run/app.sock', Destination: '/app.sock', RW: true }])),
  ]),

  fires('published-to-all', 'as recorded', D28, [], ['medium', 'app 5353/udp', 'app 8443/tcp', 'web 8080/tcp']),
  fires(
    'published-to-all',
    'a database',
    D28,
    [container('web', (c) => (c.Config['Image'] = 'docker.io/library/postgres:17'))],
    ['high', 'web 8080/tcp'],
    ['medium', 'app 5353/udp', 'app 8443/tcp'],
  ),
  fires(
    'published-to-all',
    'by a rule of the operator',
    D28,
    [
      rule('nat', '-A PREROUTING -i up0 -p tcp -m tcp --dport 30080 -j DNAT --to-destination 172.30.0.2:5432'),
      rule('filter', '-A DOCKER-USER -d 172.30.0.2/32 -i up0 -j ACCEPT'),
      edit('host/iptables-save.txt', (t) => t.replace(/^.*-A PREROUTING -d 172\.30\.0\.2.* -j DROP\n/m, '')),
    ],
    ['high', 'db 30080/tcp'],
    ['medium', 'app 5353/udp', 'app 8443/tcp', 'web 8080/tcp'],
  ),
  ...(
    [
      [
        'a range of ports',
        '-d 198.51.100.10/32 -p tcp -m tcp --dport 8000:8010 -j DNAT --to-destination 172.30.0.2:5432',
        'db 198.51.100.10:8000-8010/tcp',
      ],
      [
        'several ports',
        '-i up0 -p tcp -m multiport --dports 81,15432 -j DNAT --to-destination 172.30.0.2:5432',
        'db 15432/tcp',
        'db 81/tcp',
      ],
      ['a range that keeps the port', '-i up0 -p tcp -m tcp --dport 5000:6000 -j DNAT --to-destination 172.30.0.2', 'db 5432/tcp'],
      ['a shifted range', '-i up0 -p tcp -m tcp --dport 15000:16000 -j DNAT --to-destination 172.30.0.2:5000-6000/15000', 'db 15432/tcp'],
      ['every port of an address', '-d 198.51.100.77/32 -p tcp -j DNAT --to-destination 172.30.0.2', 'db 198.51.100.77:5432/tcp'],
    ] as const
  ).map(([name, line, ...objects]) =>
    fires(
      'published-to-all',
      `by a rule of the operator for ${name}`,
      D28,
      [rule('nat', `-A PREROUTING ${line}`), rule('filter', '-A DOCKER-USER -d 172.30.0.2/32 -i up0 -j ACCEPT')],
      ['high', ...objects],
      ['medium', 'app 5353/udp', 'app 8443/tcp', 'web 8080/tcp'],
    ),
  ),
  fires(
    'published-to-all',
    'by a rule of the operator for a network for a network',
    D28,
    [
      rule('nat', '-A PREROUTING -d 198.51.100.64/28 -p tcp -j NETMAP --to 172.30.0.0/28'),
      rule('filter', '-A DOCKER-USER -d 172.30.0.2/32 -i up0 -j ACCEPT'),
    ],
    ['high', 'db 198.51.100.66:5432/tcp', 'pinned 198.51.100.68:6379/tcp'],
    ['medium', 'app 198.51.100.67:443/tcp'],
    ['medium', 'app 5353/udp', 'app 8443/tcp', 'web 8080/tcp'],
  ),
  fires(
    'published-to-all',
    'a rule of the operator that no other rule accepts',
    D28,
    [rule('nat', '-A PREROUTING -i up0 -p tcp -m tcp --dport 5432 -j DNAT --to-destination 172.30.0.2')],
    ['medium', 'app 5353/udp', 'app 8443/tcp', 'web 8080/tcp'],
  ),
  fires(
    'published-to-all',
    'a loopback port that a rule of the operator opens',
    D28,
    [
      rule('nat', '-A PREROUTING -i up0 -p tcp -m tcp --dport 9999 -j DNAT --to-destination 127.0.0.1:9090'),
      sysctl('net.ipv4.conf.up0.route_localnet', '1'),
    ],
    ['medium', 'admin 9999/tcp'],
    ['medium', 'app 5353/udp', 'app 8443/tcp', 'web 8080/tcp'],
  ),
  fires(
    'published-to-all',
    "closed at the uplink's address only",
    D28,
    [
      rule('filter', '-A DOCKER-USER -p tcp -m conntrack --ctorigdst 198.51.100.10/32 --ctorigdstport 8080 --ctdir ORIGINAL -j DROP'),
      dropInput6,
    ],
    ['medium', 'app 5353/udp', 'app 8443/tcp'],
    ['low', 'web 8080/tcp'],
  ),
  fires(
    'published-to-all',
    'closed in DOCKER-USER and in INPUT',
    D28,
    [dropAll, dropInput, dropInput6],
    ['info', 'app 5353/udp', 'app 8443/tcp', 'web 8080/tcp'],
  ),
  quiet(
    'published-to-all',
    'published on one address',
    D28,
    [
      container('app', (c) => (c.NetworkSettings['Ports'] = {})),
      container('app', (c) => (c.HostConfig['PortBindings'] = {})),
      container('web', (c) => (c.NetworkSettings['Ports'] = {})),
      container('web', (c) => (c.HostConfig['PortBindings'] = {})),
      edit('host/iptables-save.txt', (t) => t.replace(/^.*--dport (?:8080|8443|5353) -j DNAT.*\n/gm, '')),
      edit('host/ss.txt', (t) => t.replace(/^.*:(?:8080|8443|5353)\s.*docker-proxy.*\n/gm, '')),
    ],
    'not applicable',
  ),

  fires('sensitive-service-exposed', 'by its port', D28, [], ['critical', 'pinned 198.51.100.10:6379/tcp']),
  fires(
    'sensitive-service-exposed',
    'by its process',
    D28,
    [edit('netns/web/ss.txt', (t) => t.replaceAll('python3', 'prometheus'))],
    ['critical', 'pinned 198.51.100.10:6379/tcp', 'web 8080/tcp'],
  ),
  quiet('sensitive-service-exposed', 'closed in DOCKER-USER', D28, [dropAll]),
  fires(
    'sensitive-service-exposed',
    'on loopback of the host, by a rule of the operator',
    D28,
    [
      dropAll,
      listen('127.0.0.1:6379', 'redis-server'),
      rule('nat', '-A PREROUTING -i up0 -p tcp -m tcp --dport 16379 -j DNAT --to-destination 127.0.0.1:6379'),
      sysctl('net.ipv4.conf.up0.route_localnet', '1'),
    ],
    ['critical', 'host 16379 → 127.0.0.1:6379/tcp'],
  ),
  quiet('sensitive-service-exposed', 'the same without route_localnet', D28, [
    dropAll,
    listen('127.0.0.1:6379', 'redis-server'),
    rule('nat', '-A PREROUTING -i up0 -p tcp -m tcp --dport 16379 -j DNAT --to-destination 127.0.0.1:6379'),
  ]),
  fires(
    'sensitive-service-exposed',
    'by a REDIRECT',
    D28,
    [
      dropAll,
      listen('0.0.0.0:27017', 'mongod'),
      rule('nat', '-A PREROUTING -i up0 -p tcp -m tcp --dport 17017 -j REDIRECT --to-ports 27017'),
      rule('filter', '-A INPUT -p tcp -m conntrack --ctorigdstport 27017 -j DROP'),
    ],
    ['critical', 'host 17017 → 27017/tcp'],
  ),
  quiet('sensitive-service-exposed', 'a REDIRECT that INPUT closes', D28, [
    dropAll,
    listen('0.0.0.0:27017', 'mongod'),
    rule('nat', '-A PREROUTING -i up0 -p tcp -m tcp --dport 17017 -j REDIRECT --to-ports 27017'),
    rule('filter', '-A INPUT -i up0 -p tcp -m tcp --dport 27017 -j DROP'),
  ]),
  quiet('sensitive-service-exposed', 'another listener behind a REDIRECT of its port', D28, [
    dropAll,
    listen('0.0.0.0:27017', 'mongod'),
    listen('0.0.0.0:80', 'nginx'),
    rule('nat', '-A PREROUTING -i up0 -p tcp -m tcp --dport 27017 -j REDIRECT --to-ports 80'),
  ]),
  fires(
    'sensitive-service-exposed',
    "at the bridge's address, where the uplink's is closed",
    D28,
    [dropAll, listen('0.0.0.0:27017', 'mongod'), rule('filter', '-A INPUT -d 198.51.100.10/32 -p tcp -m tcp --dport 27017 -j DROP')],
    ['high', 'host 27017/tcp'],
  ),
  quiet('sensitive-service-exposed', 'closed at whichever address', D28, [
    dropAll,
    listen('0.0.0.0:27017', 'mongod'),
    rule('filter', '-A INPUT -i up0 -p tcp -m tcp --dport 27017 -j DROP'),
  ]),
  fires(
    'sensitive-service-exposed',
    'in a container that shares the host network',
    D28,
    [
      dropAll,
      listen('0.0.0.0:9999', 'mongod'),
      hostNetwork,
      container('web', (c) => (c['State'] = { ...(c['State'] as object), Pid: 77 })),
    ],
    ['critical', 'host 9999/tcp'],
  ),

  fires(
    'firewall-bypassed',
    'INPUT drops',
    D28,
    [dropInput],
    ['high', 'app 5353/udp', 'app 8443/tcp', 'pinned 198.51.100.10:6379/tcp', 'web 8080/tcp'],
  ),
  quiet('firewall-bypassed', 'no firewall', D28, []),
  quiet('firewall-bypassed', 'the firewall accepts the same', D28, [dropInput, rule('filter', '-A INPUT -i up0 -j ACCEPT')]),

  fires(
    'docker-user-ineffective',
    'names the published port',
    POLICY,
    [],
    ['high', 'IPv4 -A DOCKER-USER -s 198.51.100.1/32 -i up0 -p tcp -m tcp --dport 7001 -j DROP'],
  ),
  fires(
    'docker-user-ineffective',
    'an interface that is not there',
    D28,
    [rule('filter', '-A DOCKER-USER -i eth9 -j DROP')],
    ['high', 'IPv4 -A DOCKER-USER -i eth9 -j DROP'],
  ),
  fires(
    'docker-user-ineffective',
    'behind a RETURN',
    D20,
    [rule('filter', '-A DOCKER-USER -i up0 -p tcp -m tcp --dport 80 -j DROP')],
    ['high', 'IPv4 -A DOCKER-USER -i up0 -p tcp -m tcp --dport 80 -j DROP'],
  ),
  fires(
    'docker-user-ineffective',
    "the host's own address",
    D28,
    [rule('filter', '-A DOCKER-USER -d 198.51.100.10/32 -i up0 -j DROP')],
    ['high', 'IPv4 -A DOCKER-USER -d 198.51.100.10/32 -i up0 -j DROP'],
  ),
  fires(
    'docker-user-ineffective',
    'a port of a bridge',
    D28,
    [rule('filter', '-A DOCKER-USER -i vethc92771c -d 203.0.113.8/32 -j DROP')],
    ['high', 'IPv4 -A DOCKER-USER -i vethc92771c -d 203.0.113.8/32 -j DROP'],
  ),
  quiet('docker-user-ineffective', 'what an earlier rule does already', D28, [
    rule('filter', '-A DOCKER-USER -s 192.0.2.0/24 -j DROP'),
    rule('filter', '-A DOCKER-USER -s 192.0.2.7/32 -j DROP'),
  ]),
  quiet('docker-user-ineffective', 'by the port that was asked for', D28, [
    rule('filter', '-A DOCKER-USER -i up0 -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP'),
  ]),
  quiet('docker-user-ineffective', 'by the port of the container', D28, [
    rule('filter', '-A DOCKER-USER -i up0 -p tcp -m tcp --dport 80 -j DROP'),
  ]),

  fires('localhost-publish-reachable', 'Docker 20', D20, [], ['high', 'admin 127.0.0.1:9090/tcp']),
  fires(
    'localhost-publish-reachable',
    'Docker 28 without its raw rules',
    D28,
    [edit('host/iptables-save.txt', (t) => t.replace(/^.*-A PREROUTING -d (127|172\.17\.0\.3).* -j DROP\n/gm, ''))],
    ['high', 'admin 127.0.0.1:9090/tcp'],
  ),
  quiet('localhost-publish-reachable', 'Docker 28', D28, []),

  fires(
    'unpublished-port-reachable',
    'FORWARD accepts',
    D20,
    [rule('filter', '-A FORWARD -i up0 -j ACCEPT')],
    ['high', 'db 53/udp', 'db 5432/tcp'],
  ),
  quiet('unpublished-port-reachable', 'as recorded', D20, []),

  fires(
    'bridge-isolation-missing',
    'an earlier accept',
    D20,
    [acceptFirst],
    ['high', 'app 443/tcp', 'app 53/udp', 'db 53/udp', 'db 5432/tcp', 'pinned 6379/tcp'],
  ),
  quiet('bridge-isolation-missing', 'a container on both networks', POLICY, []),

  fires(
    'icc-ineffective',
    'without br_netfilter',
    POLICY,
    [sysctl('net.bridge.bridge-nf-call-iptables', '0')],
    ['high', 'q1 80/tcp', 'q2 80/tcp'],
  ),
  quiet('icc-ineffective', 'as recorded', POLICY, []),

  fires('icc-default-bridge', 'two containers', D28, [], ['low', 'admin 80/tcp', 'web 80/tcp']),
  quiet('icc-default-bridge', 'one container', DUAL, [], 'not applicable'),

  fires(
    'forward-policy-accept',
    'opens networks',
    D20,
    [
      edit('host/iptables-save.txt', (t) =>
        t
          .replace(':FORWARD DROP', ':FORWARD ACCEPT')
          .replace(/^.*-A DOCKER-ISOLATION-STAGE-2 .*\n/gm, '')
          .replace(/^.*-A FORWARD -i \S+ ! -o .*\n/gm, ''),
      ),
    ],
    ['medium', 'IPv4 filter FORWARD'],
  ),
  fires('forward-policy-accept', 'opens nothing', D28, [forwardAccept], ['info', 'IPv4 filter FORWARD']),
  quiet('forward-policy-accept', 'drops', D28, []),

  fires(
    'masquerade-missing',
    'nat is flushed',
    D28,
    [
      edit('host/iptables-save.txt', (t) =>
        t.replace(/(\*nat\n)[^]*?COMMIT/, '$1:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT'),
      ),
    ],
    ['medium', 'appnet (IPv4)', 'bridge (IPv4)'],
  ),
  quiet('masquerade-missing', 'as recorded', D28, []),

  fires(
    'metadata-reachable',
    'as recorded',
    DUAL,
    [],
    [
      'medium',
      'peer6 → 169.254.169.254',
      'peer6 → fd00:ec2::254',
      'v4only → 169.254.169.254',
      'web6 → 169.254.169.254',
      'web6 → fd00:ec2::254',
    ],
  ),
  fires(
    'metadata-reachable',
    'on a cloud machine',
    D28,
    [edit('meta.json', (t) => t.replace('6.18.44-fc-v595', '6.1.0-32-cloud-amd64'))],
    ['high', ...['admin', 'app', 'db', 'pinned', 'web'].map((c) => `${c} → 169.254.169.254`)],
  ),
  quiet('metadata-reachable', 'dropped in DOCKER-USER', D28, [rule('filter', '-A DOCKER-USER -d 169.254.169.254/32 -j DROP')]),

  fires(
    'host-service-from-container',
    'closed to the internet',
    D28,
    [listen('0.0.0.0:9100', 'node_exporter'), rule('filter', '-A INPUT -i up0 -p tcp -m tcp --dport 9100 -j DROP')],
    ['medium', 'host 9100/tcp'],
  ),
  fires(
    'host-service-from-container',
    'on loopback, beside a container on the host network',
    D28,
    [listen('127.0.0.1:6010', 'sshd'), hostNetwork],
    ['medium', 'host 127.0.0.1:6010/tcp'],
  ),
  quiet('host-service-from-container', 'open to everybody', D28, []),
  quiet('host-service-from-container', 'on loopback', D28, [listen('127.0.0.1:6010', 'sshd')]),

  fires('host-network', 'shares it', D28, [hostNetwork], ['medium', 'web']),
  quiet('host-network', 'as recorded', D28, []),

  fires('net-admin', 'reached', D28, [container('web', (c) => (c.HostConfig['CapAdd'] = ['CAP_NET_ADMIN']))], ['high', 'web']),
  fires('net-admin', 'not reached', D28, [container('db', (c) => (c.HostConfig['CapAdd'] = ['NET_RAW']))], ['low', 'db']),
  quiet('net-admin', 'another capability', D28, [container('web', (c) => (c.HostConfig['CapAdd'] = ['NET_BIND_SERVICE']))]),

  fires('privileged', 'reached', D28, [container('web', (c) => (c.HostConfig['Privileged'] = true))], ['high', 'web']),
  fires('privileged', 'not reached', D28, [container('db', (c) => (c.HostConfig['Privileged'] = true))], ['medium', 'db']),
  quiet('privileged', 'as recorded', D28, []),

  fires(
    'swarm-control-exposed',
    'open',
    D28,
    [swarm(3), listen('*:2377', 'dockerd'), listen('*:7946', 'dockerd'), listen('0.0.0.0:4789', '', 'udp')],
    ['high', 'host 2377/tcp', 'host 4789/udp', 'host 7946/tcp'],
  ),
  fires(
    'swarm-control-exposed',
    'from the other nodes only',
    D28,
    [swarm(3), listen('0.0.0.0:2377', 'dockerd'), dropInput],
    ['info', 'host 2377/tcp'],
  ),
  quiet('swarm-control-exposed', 'no swarm', D28, [listen('*:7946', 'serf')], 'not applicable'),

  fires('overlay-unencrypted', 'three nodes', D28, [swarm(3), overlay({})], ['medium', 'ov']),
  quiet('overlay-unencrypted', 'encrypted', D28, [swarm(3), overlay({ encrypted: '' })]),
  fires('overlay-unencrypted', 'one node', D28, [swarm(1), overlay({})], ['info', 'ov']),
  quiet(
    'overlay-unencrypted',
    'a worker knows no count',
    D28,
    [info((v) => (v['Swarm'] = { LocalNodeState: 'active', NodeID: 'b' })), overlay({})],
    'undetermined',
  ),

  fires('ipv6-open', 'only IPv4 was closed', POLICY, [], ['high', 'web 8080/tcp']),
  quiet('ipv6-open', 'both open', D28, []),
  quiet(
    'ipv6-open',
    'what IPv6 does cannot be told',
    POLICY,
    [rule('filter', '-A INPUT -i up0 -p tcp -m statistic --mode random --probability 0.5 -j DROP', 'host/ip6tables-save.txt')],
    'undetermined',
  ),

  fires('ipv6-ra-accepted', 'containers with IPv6', DUAL, [], ['medium', 'peer6 eth0', 'web6 eth0']),
  fires('ipv6-ra-accepted', 'a bridge', D28, [sysctl('net.ipv6.conf.docker0.accept_ra', '2')], ['medium', 'host docker0']),
  quiet('ipv6-ra-accepted', 'IPv6 is off in the containers', D28, []),

  fires(
    'privileged-port-published',
    'web server',
    D28,
    [
      container(
        'web',
        (c) =>
          (c.NetworkSettings['Ports'] = {
            '80/tcp': [
              { HostIp: '0.0.0.0', HostPort: '80' },
              { HostIp: '::', HostPort: '80' },
            ],
          }),
      ),
    ],
    ['info', 'web 80/tcp'],
  ),
  quiet('privileged-port-published', 'a low port of the container', D28, []),

  fires('ssh-in-container', 'sshd', D28, [edit('netns/web/ss.txt', (t) => t.replaceAll('python3', 'sshd'))], ['low', 'web 80/tcp']),
  quiet('ssh-in-container', 'sshd of the host', D28, [listen('0.0.0.0:2222', 'sshd')]),

  fires('default-bridge-used', 'one container', DUAL, [], ['info', 'v4only']),
  quiet('default-bridge-used', 'networks of their own', POLICY, []),

  quiet('docker-api-exposed', 'listeners not listed', D28, [(files) => files.delete('host/ss.txt')], 'undetermined'),
  quiet(
    'host-network',
    'nothing of Docker listed',
    D28,
    [(files) => files.delete('docker/containers.json'), (files) => files.delete('docker/networks.json')],
    'undetermined',
  ),

  fires('rp-filter-off', 'as recorded', D28, [], ['low', 'up0']),
  quiet('rp-filter-off', 'on for all', D28, [sysctl('net.ipv4.conf.all.rp_filter', '2')]),
  quiet('rp-filter-off', 'no settings', D28, [(files) => files.delete('host/sysctl.txt')], 'undetermined'),

  fires(
    'route-localnet-on',
    'reaches a listener',
    D28,
    [sysctl('net.ipv4.conf.up0.route_localnet', '1'), listen('127.0.0.1:6010', 'sshd')],
    ['medium', 'up0'],
  ),
  fires('route-localnet-on', 'reaches nothing', D28, [sysctl('net.ipv4.conf.docker0.route_localnet', '1')], ['low', 'docker0']),
  quiet('route-localnet-on', 'off', D28, []),

  {
    rule: 'forwarding-unused',
    name: 'no container runs',
    host: D28,
    changes: [
      edit('docker/containers.json', () => '[]'),
      ...['host/ip-addr.json'].map((f) =>
        edit(f, (t) => JSON.stringify((JSON.parse(t) as { ifname: string }[]).filter((i) => !i.ifname.startsWith('veth')))),
      ),
    ],
    found: [['low', 'net.ipv4.ip_forward']],
    // namespaces and rules are left of them, so that the empty list is in doubt
    state: 'undetermined',
  },
  quiet('forwarding-unused', 'containers run', D28, []),

  fires('iptables-disabled', 'no chain', D28, [noDocker], ['high', 'dockerd']),
  quiet('iptables-disabled', 'as recorded', D28, []),
  quiet(
    'iptables-disabled',
    'docker info names nftables, which is not listed',
    D28,
    [noDocker, edit('docker/info.json', () => '{"FirewallBackend":{"Driver":"nftables"}}')],
    'undetermined',
  ),
  quiet('iptables-disabled', "Docker's own tables of nftables", D28, [
    noDocker,
    (files) =>
      files.set(
        'host/nft-ruleset.txt',
        'table ip docker-bridges {\n\tchain filter-FORWARD {\n\t\ttype filter hook forward priority filter; policy accept;\n\t\tct state established accept\n\t}\n}\n',
      ),
  ]),
  quiet('mixed-backends', "Docker's own tables of nftables", D28, [
    (files) =>
      files.set(
        'host/nft-ruleset.txt',
        'table ip docker-bridges {\n\tchain filter-FORWARD {\n\t\ttype filter hook forward priority filter; policy drop;\n\t\tct state established accept\n\t}\n}\n',
      ),
  ]),
  quiet('iptables-disabled', 'rules not listed', D28, [(files) => files.delete('host/iptables-save.txt')], 'undetermined'),

  fires(
    'mixed-backends',
    'legacy beside nft',
    D28,
    [
      (files) =>
        files.set(
          'host/iptables-legacy-save.txt',
          '# Generated by iptables-save v1.8.9 (legacy)\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -i up0 -j ACCEPT\nCOMMIT\n',
        ),
    ],
    ['medium', 'IPv4 rules'],
  ),
  quiet('mixed-backends', 'an empty legacy table', D28, [
    (files) =>
      files.set(
        'host/iptables-legacy-save.txt',
        '# Generated by iptables-save v1.8.9 (legacy)\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n',
      ),
  ]),

  fires(
    'ineffective-rule',
    'shadowed',
    D28,
    [rule('filter', '-A INPUT -i up0 -p tcp -j ACCEPT'), rule('filter', '-A INPUT -s 10.0.0.0/8 -i up0 -p tcp -m tcp --dport 22 -j DROP')],
    ['low', 'IPv4 filter -A INPUT -s 10.0.0.0/8 -i up0 -p tcp -m tcp --dport 22 -j DROP'],
  ),
  fires(
    'ineffective-rule',
    'a chain that nothing leads to',
    D28,
    [edit('host/iptables-save.txt', (t) => t.replace('*filter\n', '*filter\n:mine - [0:0]\n')), rule('filter', '-A mine -j DROP')],
    ['low', 'IPv4 filter mine'],
  ),
  fires(
    'ineffective-rule',
    'twice in DOCKER-USER',
    D28,
    [rule('filter', '-A DOCKER-USER -s 192.0.2.0/24 -j DROP'), rule('filter', '-A DOCKER-USER -s 192.0.2.7/32 -j DROP')],
    ['low', 'IPv4 filter -A DOCKER-USER -s 192.0.2.7/32 -j DROP'],
  ),
  quiet('ineffective-rule', 'behind a rate', D28, [
    rule('filter', '-A INPUT -i up0 -m limit --limit 1/sec -j ACCEPT'),
    rule('filter', '-A INPUT -i up0 -m limit --limit 1/sec -j ACCEPT'),
  ]),
  quiet('ineffective-rule', 'behind a narrower one', D28, [
    rule('filter', '-A INPUT -i up0 -p tcp -m tcp --dport 22 -j ACCEPT'),
    rule('filter', '-A INPUT -i up0 -p tcp -j DROP'),
  ]),

  fires(
    'snapshot-inconsistent',
    'DNAT to nobody',
    D28,
    [rule('nat', '-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8099 -j DNAT --to-destination 172.17.0.99:80')],
    ['medium', '-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8099 -j DNAT --to-destination 172.17.0.99:80'],
  ),
  fires(
    'snapshot-inconsistent',
    'a published port without its rule',
    D28,
    [edit('host/iptables-save.txt', (t) => t.replace(/^.*--dport 8080 -j DNAT.*\n/m, ''))],
    ['medium', 'web 8080/tcp'],
  ),
  {
    rule: 'snapshot-inconsistent',
    name: 'no list of containers',
    host: D28,
    changes: [(files) => files.delete('docker/containers.json')],
    found: [['medium', 'containers']],
    state: 'undetermined',
  },
  {
    rule: 'snapshot-inconsistent',
    name: 'an empty list of containers',
    host: D28,
    changes: [edit('docker/containers.json', () => '[]\n')],
    found: [['medium', 'containers']],
    state: 'undetermined',
  },
  quiet('snapshot-inconsistent', 'as recorded', D28, []),
  quiet('snapshot-inconsistent', 'the ingress of a swarm', 'swarm20', ingress),
  quiet('snapshot-inconsistent', "rules of the operator's for whole addresses", 'nat20', []),

  fires(
    'userland-proxy-source',
    'IPv6 by the proxy',
    D28,
    [],
    ['info', 'admin 127.0.0.1:9090/tcp', 'app 5353/udp', 'app 8443/tcp', 'web 8080/tcp'],
  ),
  quiet('userland-proxy-source', 'no proxy', 'docker28-noproxy', []),

  fires(
    'loopback-dns',
    'a loopback resolver',
    D28,
    [container('web', (c) => (c.HostConfig['Dns'] = ['127.0.0.53']))],
    ['medium', 'web 127.0.0.53'],
  ),
  fires(
    'loopback-dns',
    'the rules of 127.0.0.11 are gone',
    D28,
    [
      edit(
        'netns/app/iptables-save.txt',
        () => '*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n',
      ),
    ],
    ['medium', 'app 127.0.0.11'],
  ),
  quiet('loopback-dns', 'as recorded', D28, []),
];

import { container, edit, rule, sysctl } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28, dropAll, dropInput6, dropInput } from './changes.js';

export default casesOf('published-to-all', [
  fires('as recorded', D28, [], ['medium', 'app 5353/udp', 'app 8443/tcp', 'web 8080/tcp']),
  fires(
    'a database',
    D28,
    [container('web', (c) => (c.Config['Image'] = 'docker.io/library/postgres:17'))],
    ['high', 'web 8080/tcp'],
    ['medium', 'app 5353/udp', 'app 8443/tcp'],
  ),
  fires(
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
      `by a rule of the operator for ${name}`,
      D28,
      [rule('nat', `-A PREROUTING ${line}`), rule('filter', '-A DOCKER-USER -d 172.30.0.2/32 -i up0 -j ACCEPT')],
      ['high', ...objects],
      ['medium', 'app 5353/udp', 'app 8443/tcp', 'web 8080/tcp'],
    ),
  ),
  fires(
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
    'a rule of the operator that no other rule accepts',
    D28,
    [rule('nat', '-A PREROUTING -i up0 -p tcp -m tcp --dport 5432 -j DNAT --to-destination 172.30.0.2')],
    ['medium', 'app 5353/udp', 'app 8443/tcp', 'web 8080/tcp'],
  ),
  fires(
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
    'closed in DOCKER-USER and in INPUT',
    D28,
    [dropAll, dropInput, dropInput6],
    ['info', 'app 5353/udp', 'app 8443/tcp', 'web 8080/tcp'],
  ),
  quiet(
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
]);

import { container, edit, rule, sysctl } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28, listen, hostNetwork, dropAll } from './changes.js';

export default casesOf('sensitive-service-exposed', [
  fires('by its port', D28, [], ['critical', 'pinned 198.51.100.10:6379/tcp']),
  fires(
    'by its process',
    D28,
    [edit('netns/web/ss.txt', (t) => t.replaceAll('python3', 'prometheus'))],
    ['critical', 'pinned 198.51.100.10:6379/tcp', 'web 8080/tcp'],
  ),
  quiet('closed in DOCKER-USER', D28, [dropAll]),
  fires(
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
  quiet('the same without route_localnet', D28, [
    dropAll,
    listen('127.0.0.1:6379', 'redis-server'),
    rule('nat', '-A PREROUTING -i up0 -p tcp -m tcp --dport 16379 -j DNAT --to-destination 127.0.0.1:6379'),
  ]),
  fires(
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
  quiet('a REDIRECT that INPUT closes', D28, [
    dropAll,
    listen('0.0.0.0:27017', 'mongod'),
    rule('nat', '-A PREROUTING -i up0 -p tcp -m tcp --dport 17017 -j REDIRECT --to-ports 27017'),
    rule('filter', '-A INPUT -i up0 -p tcp -m tcp --dport 27017 -j DROP'),
  ]),
  quiet('another listener behind a REDIRECT of its port', D28, [
    dropAll,
    listen('0.0.0.0:27017', 'mongod'),
    listen('0.0.0.0:80', 'nginx'),
    rule('nat', '-A PREROUTING -i up0 -p tcp -m tcp --dport 27017 -j REDIRECT --to-ports 80'),
  ]),
  fires(
    "at the bridge's address, where the uplink's is closed",
    D28,
    [dropAll, listen('0.0.0.0:27017', 'mongod'), rule('filter', '-A INPUT -d 198.51.100.10/32 -p tcp -m tcp --dport 27017 -j DROP')],
    ['high', 'host 27017/tcp'],
  ),
  quiet('closed at whichever address', D28, [
    dropAll,
    listen('0.0.0.0:27017', 'mongod'),
    rule('filter', '-A INPUT -i up0 -p tcp -m tcp --dport 27017 -j DROP'),
  ]),
  fires(
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
]);

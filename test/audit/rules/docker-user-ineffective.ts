import { rule } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D20, D28, POLICY } from './changes.js';

export default casesOf('docker-user-ineffective', [
  fires(
    'names the published port',
    POLICY,
    [],
    ['high', 'IPv4 -A DOCKER-USER -s 198.51.100.1/32 -i up0 -p tcp -m tcp --dport 7001 -j DROP'],
  ),
  fires(
    'an interface that is not there',
    D28,
    [rule('filter', '-A DOCKER-USER -i eth9 -j DROP')],
    ['high', 'IPv4 -A DOCKER-USER -i eth9 -j DROP'],
  ),
  fires(
    'behind a RETURN',
    D20,
    [rule('filter', '-A DOCKER-USER -i up0 -p tcp -m tcp --dport 80 -j DROP')],
    ['high', 'IPv4 -A DOCKER-USER -i up0 -p tcp -m tcp --dport 80 -j DROP'],
  ),
  fires(
    "the host's own address",
    D28,
    [rule('filter', '-A DOCKER-USER -d 198.51.100.10/32 -i up0 -j DROP')],
    ['high', 'IPv4 -A DOCKER-USER -d 198.51.100.10/32 -i up0 -j DROP'],
  ),
  fires(
    'a port of a bridge',
    D28,
    [rule('filter', '-A DOCKER-USER -i vethc92771c -d 203.0.113.8/32 -j DROP')],
    ['high', 'IPv4 -A DOCKER-USER -i vethc92771c -d 203.0.113.8/32 -j DROP'],
  ),
  quiet('what an earlier rule does already', D28, [
    rule('filter', '-A DOCKER-USER -s 192.0.2.0/24 -j DROP'),
    rule('filter', '-A DOCKER-USER -s 192.0.2.7/32 -j DROP'),
  ]),
  quiet('by the port that was asked for', D28, [
    rule('filter', '-A DOCKER-USER -i up0 -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP'),
  ]),
  quiet('by the port of the container', D28, [rule('filter', '-A DOCKER-USER -i up0 -p tcp -m tcp --dport 80 -j DROP')]),
]);

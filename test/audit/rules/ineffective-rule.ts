import { edit, rule } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28 } from './changes.js';

export default casesOf('ineffective-rule', [
  fires(
    'shadowed',
    D28,
    [rule('filter', '-A INPUT -i up0 -p tcp -j ACCEPT'), rule('filter', '-A INPUT -s 10.0.0.0/8 -i up0 -p tcp -m tcp --dport 22 -j DROP')],
    ['low', 'IPv4 filter -A INPUT -s 10.0.0.0/8 -i up0 -p tcp -m tcp --dport 22 -j DROP'],
  ),
  fires(
    'a chain that nothing leads to',
    D28,
    [edit('host/iptables-save.txt', (t) => t.replace('*filter\n', '*filter\n:mine - [0:0]\n')), rule('filter', '-A mine -j DROP')],
    ['low', 'IPv4 filter mine'],
  ),
  fires(
    'twice in DOCKER-USER',
    D28,
    [rule('filter', '-A DOCKER-USER -s 192.0.2.0/24 -j DROP'), rule('filter', '-A DOCKER-USER -s 192.0.2.7/32 -j DROP')],
    ['low', 'IPv4 filter -A DOCKER-USER -s 192.0.2.7/32 -j DROP'],
  ),
  quiet('behind a rate', D28, [
    rule('filter', '-A INPUT -i up0 -m limit --limit 1/sec -j ACCEPT'),
    rule('filter', '-A INPUT -i up0 -m limit --limit 1/sec -j ACCEPT'),
  ]),
  quiet('behind a narrower one', D28, [
    rule('filter', '-A INPUT -i up0 -p tcp -m tcp --dport 22 -j ACCEPT'),
    rule('filter', '-A INPUT -i up0 -p tcp -j DROP'),
  ]),
]);

import { rule } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28, POLICY } from './changes.js';

export default casesOf('ipv6-open', [
  fires('only IPv4 was closed', POLICY, [], ['high', 'web 8080/tcp']),
  quiet('both open', D28, []),
  quiet(
    'what IPv6 does cannot be told',
    POLICY,
    [rule('filter', '-A INPUT -i up0 -p tcp -m statistic --mode random --probability 0.5 -j DROP', 'host/ip6tables-save.txt')],
    'undetermined',
  ),
]);

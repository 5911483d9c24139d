import { sysctl } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { POLICY } from './changes.js';

export default casesOf('icc-ineffective', [
  fires('without br_netfilter', POLICY, [sysctl('net.bridge.bridge-nf-call-iptables', '0')], ['high', 'q1 80/tcp', 'q2 80/tcp']),
  quiet('as recorded', POLICY, []),
]);

import { sysctl } from '../hosts.js';
import { fires, quiet, casesOf } from './case.js';
import { D28 } from './changes.js';

export default casesOf('rp-filter-off', [
  fires('as recorded', D28, [], ['low', 'up0']),
  quiet('on for all', D28, [sysctl('net.ipv4.conf.all.rp_filter', '2')]),
  quiet('no settings', D28, [(files) => files.delete('host/sysctl.txt')], 'undetermined'),
]);

import { expect, it } from 'vitest';
import { applySysctls } from '../../../src/kernel/agent/sysctl.js';

const climbs = 'a kernel parameter cannot be called this: the name has a part that leads to another folder; what bears it is not read';

it.each([
  ['net.ipv4.//.//.//.//.tmp.x', '1', climbs],
  ['net.ipv4./.x', '1', climbs],
  ['net.ipv4..x', '1', 'a kernel parameter cannot be called this: the name has an empty part; what bears it is not read'],
  ['kernel.hostname', 'x', 'it is no parameter of a network namespace'],
  ['net.core.somaxconn', '1', 'it is no parameter of a network namespace'],
  ['fs.suid_dumpable', '0', 'it is no parameter of a network namespace'],
  ['net.ipv4.ip_forward', '1\n2', 'its value holds a control character'],
  ['net.ipv4.no_such_parameter', '1', 'ENOENT'],
  ['net.ipv4.conf', '1', 'EISDIR'],
])('%s = %j is not set', (key, value, error) => {
  expect(applySysctls([{ key, value }])).toEqual([{ key, error }]);
});

import { FAIL, and, matchCases, not } from './cases.js';

matchCases('addrtype', { family: 4 }, [
  ['--dst-type LOCAL', { op: 'addrtype', field: 'dst', types: ['LOCAL'] }],
  [
    '! --src-type unicast,BROADCAST --dst-type LOCAL --limit-iface-in',
    and(not({ op: 'addrtype', field: 'src', types: ['UNICAST', 'BROADCAST'], limit: 'in' }), {
      op: 'addrtype',
      field: 'dst',
      types: ['LOCAL'],
      limit: 'in',
    }),
  ],
  ['--src-type UNSPEC,THROW --limit-iface-out', { op: 'addrtype', field: 'src', types: ['UNSPEC', 'THROW'], limit: 'out' }],
  ['--dst-type NAT,XRESOLVE', { op: 'addrtype', field: 'dst', types: [] }],
  ['--dst-type NONSENSE', FAIL],
  ['--limit-iface-in', FAIL],
  ['--dst-type LOCAL --limit-iface-in --limit-iface-out', FAIL],
  ['--dst-type LOCAL ! --limit-iface-in', FAIL],
]);

matchCases('addrtype', { family: 6 }, [
  ['--dst-type LOCAL,MULTICAST', { op: 'addrtype', field: 'dst', types: ['LOCAL', 'MULTICAST'] }],
  ['--dst-type BROADCAST', FAIL],
  ['--dst-type BLACKHOLE', FAIL],
  ['--dst-type NAT', FAIL],
]);

import { FAIL, and, matchCases, not, or } from './cases.js';

const isIn = { op: 'physdev', is: 'in' } as const;

const isOut = { op: 'physdev', is: 'out' } as const;

matchCases('physdev', {}, [
  ['--physdev-in veth+', { op: 'iface', which: 'physin', name: 'veth', prefix: true }],
  ['! --physdev-in veth0', not({ op: 'iface', which: 'physin', name: 'veth0', prefix: false })],
  ['--physdev-out veth0', { op: 'iface', which: 'physout', name: 'veth0', prefix: false }],
  [
    '! --physdev-out veth0',
    or(and(not(isIn), not(isOut)), and(isOut, not({ op: 'iface', which: 'physout', name: 'veth0', prefix: false }))),
  ],
  ['--physdev-in +', isIn],
  ['--physdev-is-in ! --physdev-is-out', and(isIn, not(isOut))],
  ['! --physdev-is-bridged', not({ op: 'physdev', is: 'bridged' })],
  ['--physdev-in sixteenletters00', FAIL],
  ['', FAIL],
]);

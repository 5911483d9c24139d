import { FAIL, goesOn, targetCases } from './cases.js';

targetCases('DNPT', { proto: 6 }, [
  [
    '--src-pfx fd00::/64 --dst-pfx 2001:db8::/64',
    goesOn(`${'the destination address that prefix translation makes'} (-j ${'DNPT'} ${'--src-pfx fd00::/64 --dst-pfx 2001:db8::/64'})`),
  ],
  ['! --nonsense', FAIL],
]);

import { FAIL, goesOn, targetCases } from './cases.js';

targetCases('SNPT', { proto: 6 }, [
  [
    '--src-pfx fd00::/64 --dst-pfx 2001:db8::/64',
    goesOn(`${'the source address that prefix translation makes'} (-j ${'SNPT'} ${'--src-pfx fd00::/64 --dst-pfx 2001:db8::/64'})`),
  ],
  ['! --nonsense', FAIL],
]);

import { FAIL, asks, matchCases } from './cases.js';

matchCases('ipvs', {}, [
  [
    '--vaddr 10.0.0.1 ! --vport 80',
    asks('unknown', `${'whether IPVS balances the connection'} (-m ${'ipvs'} ${'--vaddr 10.0.0.1 ! --vport 80'})`),
  ],
  ['--nonsense', FAIL],
]);

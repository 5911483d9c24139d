import { FAIL, asks, matchCases, not } from './cases.js';

matchCases('tcpmss', { proto: 6 }, [
  ['! --mss 1400:1500', not(asks('bytes', 'the MSS option (-m tcpmss --mss 1400:1500)'))],
  ['--mss 70000', FAIL],
]);

matchCases('tcpmss', { proto: 17 }, [['--mss 1', FAIL]]);

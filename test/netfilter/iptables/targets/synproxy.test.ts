import { FAIL, goesOn, targetCases } from './cases.js';

targetCases('SYNPROXY', { proto: 6 }, [
  ['--sack-perm --mss 1460', goesOn(`${'the handshake that a SYN proxy answers'} (-j ${'SYNPROXY'} ${'--sack-perm --mss 1460'})`)],
  ['! --nonsense', FAIL],
]);

import { FAIL, targetCases } from './cases.js';

targetCases('SYNPROXY', { proto: 6 }, [
  [
    '--sack-perm --mss 1460',
    { kind: 'gap', detail: 'the handshake that a SYN proxy answers (-j SYNPROXY --sack-perm --mss 1460)', rule: true },
  ],
  ['! --nonsense', FAIL],
]);

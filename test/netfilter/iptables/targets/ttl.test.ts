import { FAIL, targetCases } from './cases.js';

targetCases('TTL', {}, [
  ['--ttl-set 64', { kind: 'ttl', op: 'set', value: 64 }],
  ['--ttl-inc 1', { kind: 'ttl', op: 'inc', value: 1 }],
  ['--ttl-dec 2', { kind: 'ttl', op: 'dec', value: 2 }],
  ['--ttl-set 256', FAIL],
  ['--ttl-dec 0', FAIL],
  ['--ttl-inc 1 --ttl-dec 1', FAIL],
  ['', FAIL],
]);

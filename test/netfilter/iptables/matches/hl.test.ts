import { matchCases } from './cases.js';

matchCases('hl', { family: 6 }, [
  ['! --hl-eq 255', { op: 'in', field: 'ttl', ranges: [[0, 254]] }],
  ['--hl-gt 1', { op: 'in', field: 'ttl', ranges: [[2, 255]] }],
]);

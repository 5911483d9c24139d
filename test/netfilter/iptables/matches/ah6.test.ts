import { and, asks, matchCases, not } from './cases.js';

const isAh = { op: 'in', field: 'proto', ranges: [[51, 51]] } as const;

matchCases('ah', { family: 6 }, [
  ['', isAh],
  ['! --ahspi 5 --ahres', and(isAh, not(asks('bytes', 'the security parameter index (-m ah --ahspi 5)')))],
  ['--ahlen 12', and(isAh, asks('bytes', 'the length of the AH header (--ahlen 12)'))],
]);

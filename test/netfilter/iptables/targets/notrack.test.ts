import { FAIL, targetCases } from './cases.js';

targetCases('NOTRACK', {}, [
  ['', { kind: 'ct', notrack: true }],
  ['--notrack', FAIL],
]);

import { matchCases } from './cases.js';
import { mild, portTable } from './port-cases.js';

matchCases('udplite', { proto: 136 }, [...portTable, ...mild]);

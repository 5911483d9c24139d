import { FAIL, matchCases } from './cases.js';
import { mild, portTable } from './port-cases.js';

matchCases('udp', { proto: 17 }, [...portTable, ...mild]);

matchCases('udp', { proto: 6 }, [['--dport 80', FAIL]]);

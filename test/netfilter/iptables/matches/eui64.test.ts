import { asks, matchCases } from './cases.js';

matchCases('eui64', { family: 6 }, [['', asks('unknown', 'whether the source address is made from the MAC address (-m eui64)')]]);

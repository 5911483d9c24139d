import { targetCases } from './cases.js';

targetCases('HL', { family: 6 }, [['--hl-set 0', { kind: 'ttl', op: 'set', value: 0 }]]);

import { asks, matchCases } from './cases.js';

matchCases('mh', { family: 6, proto: 135 }, [['--mh-type 1:3', asks('bytes', 'the mobility header (--mh-type 1:3)')]]);

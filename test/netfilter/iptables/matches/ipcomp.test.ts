import { asks, matchCases } from './cases.js';

matchCases('ipcomp', { proto: 108 }, [
  ['--ipcompspi 5 --compres', asks('bytes', 'the security parameter index (-m ipcomp --ipcompspi 5)')],
]);

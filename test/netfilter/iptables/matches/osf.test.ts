import { FAIL, asks, matchCases } from './cases.js';

matchCases('osf', { proto: 6 }, [
  ['--genre Linux --ttl 0', asks('bytes', 'the operating system that the SYN looks like (-m osf --genre Linux --ttl 0)')],
  ['--genre Linux --ttl 3', FAIL],
  ['--ttl 1', FAIL],
]);

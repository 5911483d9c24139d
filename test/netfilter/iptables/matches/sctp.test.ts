import { FAIL, asks, matchCases } from './cases.js';
import { portTable, strict } from './port-cases.js';

matchCases('sctp', { proto: 132 }, [
  ...portTable.filter(([text]) => !text.includes('https')),
  ['--dport https', FAIL],
  ...strict,
  ['--chunk-types all DATA,,INIT', asks('bytes', 'the SCTP chunks (-m sctp --chunk-types all DATA,,INIT)')],
  ['--chunk-types all INIT', asks('bytes', 'the SCTP chunks (-m sctp --chunk-types all INIT)')],
]);

import { asks, matchCases } from './cases.js';
import { mild, portTable } from './port-cases.js';

matchCases('dccp', { proto: 33 }, [
  ...portTable,
  ...mild,
  ['--dccp-types REQUEST', asks('bytes', 'the DCCP header (-m dccp --dccp-types REQUEST)')],
  ['! --dccp-option 3', asks('bytes', 'the DCCP header (-m dccp ! --dccp-option 3)')],
]);

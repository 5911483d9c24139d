import { FAIL, and, asks, matchCases, not } from './cases.js';

const member = { op: 'set', set: 'blocked', dims: ['src'], returnNomatch: false } as const;

matchCases('set', {}, [
  ['--match-set blocked src', member],
  ['! --match-set blocked src', not(member)],
  ['--match-set pairs src,dst,src --return-nomatch', { op: 'set', set: 'pairs', dims: ['src', 'dst', 'src'], returnNomatch: true }],
  ['--match-set blocked src ! --update-counters ! --update-subcounters', member],
  ['! --match-set blocked src --packets-gt 5', not(and(member, asks('ipset', 'the counters of set blocked (-m set --packets-gt 5)')))],
  ['--match-set blocked src ! --bytes-eq 5', and(member, asks('ipset', 'the counters of set blocked (-m set ! --bytes-eq 5)'))],
  ['--match-set blocked', FAIL],
  ['--match-set blocked source', FAIL],
  ['--match-set blocked src,src,src,src,src,src,src', FAIL],
  ['--return-nomatch', FAIL],
]);

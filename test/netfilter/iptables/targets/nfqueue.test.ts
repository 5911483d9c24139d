import type { Action } from '../../../../src/netfilter/action.js';
import { FAIL, targetCases } from './cases.js';

const queue = (detail: string): Action => ({
  kind: 'unknown',
  question: { category: 'queue', yes: 'accept', no: 'drop', usual: true, detail },
});

targetCases('NFQUEUE', {}, [
  ['', queue('the verdict of a program in user space (-j NFQUEUE)')],
  ['--queue-num 5 --queue-bypass', queue('the verdict of a program in user space (-j NFQUEUE --queue-num 5 --queue-bypass)')],
  [
    '--queue-balance 0:3 --queue-cpu-fanout',
    queue('the verdict of a program in user space (-j NFQUEUE --queue-balance 0:3 --queue-cpu-fanout)'),
  ],
  ['--queue-balance 3:0', FAIL],
  ['--queue-num 1 --queue-balance 0:3', FAIL],
  ['--queue-num 65536', FAIL],
]);

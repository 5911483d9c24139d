import type { Action } from '../../../../src/netfilter/action.js';
import { targetCases } from './cases.js';

const queue = (detail: string): Action => ({
  kind: 'unknown',
  question: { category: 'queue', yes: 'accept', no: 'drop', usual: true, detail },
});

targetCases('QUEUE', {}, [['', queue('the verdict of a program in user space (-j QUEUE)')]]);

import type { Predicate } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, and, asks, matchCases, not } from './cases.js';

const owner = (detail: string) => asks('owner', detail, { yes: 'owner', no: 'other' });

function ids(id: 'uid' | 'gid', lo: number, hi: number, option: string): Predicate {
  const asked = owner(`the ${id === 'uid' ? 'user' : 'group'} of the process that sends (-m owner ${option})`);
  return asked.op === 'unknown' ? { ...asked, question: { ...asked.question, owner: { id, ranges: [[lo, hi]] } } } : asked;
}

matchCases('owner', {}, [
  ['--uid-owner root', ids('uid', 0, 0, '--uid-owner root')],
  ['--uid-owner app', owner('the user of the process that sends (-m owner --uid-owner app)')],
  ['! --gid-owner 5-9', not(ids('gid', 5, 9, '--gid-owner 5-9'))],
  ['! --socket-exists', not({ op: 'owned' })],
  ['! --gid-owner 5 --suppl-groups', and(not(owner('the groups of the process that sends (-m owner --gid-owner 5)')), { op: 'owned' })],
  ['! --suppl-groups', FAIL],
]);

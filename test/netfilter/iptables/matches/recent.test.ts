import { TRUE } from '../../../../src/netfilter/predicate/predicate.js';
import { FAIL, asks, matchCases, not } from './cases.js';

const listed = { yes: 'listed', no: 'unlisted', fresh: false };

matchCases('recent', {}, [
  ['--set --name SSH --mask 255.255.255.255 --rsource', TRUE],
  ['! --set', not(TRUE)],
  [
    '--rcheck --seconds 60 --hitcount 4',
    asks('recent', 'whether the address is in the list DEFAULT (-m recent --rcheck --seconds 60 --hitcount 4)', listed),
  ],
  [
    '! --update --name SSH',
    not(asks('recent', 'whether the address is in the list SSH (-m recent --update --name SSH)', { ...listed, unlessSet: 'SSH' })),
  ],
  ['--remove', asks('recent', 'whether the address is in the list DEFAULT (-m recent --remove)', { ...listed, unlessSet: 'DEFAULT' })],
  ['--set --hitcount 4', FAIL],
  ['--set --update', FAIL],
  ['--name SSH', FAIL],
  ['--rcheck --seconds soon', FAIL],
]);

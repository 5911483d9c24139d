import { FAIL, asks, matchCases } from './cases.js';

matchCases('time', {}, [
  [
    '--timestart 08:00:00 ! --weekdays Sat,Sun',
    asks('time', 'the time of day (-m time --timestart 08:00:00 ! --weekdays Sat,Sun)', { yes: 'inside', no: 'outside', usual: true }),
  ],
  ['! --timestart 08:00:00', FAIL],
]);

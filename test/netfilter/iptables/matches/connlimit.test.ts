import { FAIL, asks, matchCases } from './cases.js';

const under = { yes: 'under', no: 'over', usual: true, fresh: true };

const over = { yes: 'over', no: 'under', usual: false, fresh: false };

matchCases('connlimit', {}, [
  [
    '--connlimit-above 3 --connlimit-mask 32',
    asks('connlimit', 'how many connections there are (-m connlimit --connlimit-above 3 --connlimit-mask 32)', over),
  ],
  ['--connlimit-upto 3', asks('connlimit', 'how many connections there are (-m connlimit --connlimit-upto 3)', under)],
  ['! --connlimit-above 3', asks('connlimit', 'how many connections there are (-m connlimit ! --connlimit-above 3)', under)],
  ['--connlimit-above many', FAIL],
  ['--connlimit-saddr', FAIL],
]);

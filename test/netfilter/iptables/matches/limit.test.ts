import { FAIL, asks, matchCases } from './cases.js';

const under = { yes: 'under', no: 'over', usual: true, fresh: true };

matchCases('limit', {}, [
  ['--limit 5/min --limit-burst 7', asks('limit', 'the rate of the rule (-m limit --limit 5/min --limit-burst 7)', under)],
  ['! --limit 5/min', FAIL],
]);

import { FAIL, asks, matchCases } from './cases.js';

matchCases('realm', {}, [
  ['--realm 10', asks('unknown', `${'the realm of the route'} (-m ${'realm'} ${'--realm 10'})`)],
  ['--nonsense', FAIL],
]);

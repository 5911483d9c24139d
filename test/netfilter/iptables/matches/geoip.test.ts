import { FAIL, asks, matchCases } from './cases.js';

matchCases('geoip', {}, [
  ['! --src-cc CH,DE', asks('unknown', `${'the country of the address'} (-m ${'geoip'} ${'! --src-cc CH,DE'})`)],
  ['--nonsense', FAIL],
]);

import { FAIL, asks, matchCases } from './cases.js';

matchCases('cpu', {}, [
  ['! --cpu 1', asks('unknown', `${'which CPU handles the packet'} (-m ${'cpu'} ${'! --cpu 1'})`)],
  ['--nonsense', FAIL],
]);

import { FAIL, asks, matchCases } from './cases.js';

matchCases('connlabel', {}, [
  ['! --label 5 --set', asks('unknown', `${'the labels of the connection'} (-m ${'connlabel'} ${'! --label 5 --set'})`)],
  ['--nonsense', FAIL],
]);

import { FAIL, goesOn, targetCases } from './cases.js';

targetCases('SET', {}, [
  ['--add-set seen src,dst --exist --timeout 60', { kind: 'set', op: 'add', set: 'seen', dims: ['src', 'dst'] }],
  ['--del-set seen src', { kind: 'set', op: 'del', set: 'seen', dims: ['src'] }],
  ['! --del-set seen src', { kind: 'set', op: 'del', set: 'seen', dims: ['src'] }],
  ['--map-set marks src --map-mark', { kind: 'map-mark', set: 'marks', dims: ['src'] }],
  ['--add-set a src --del-set b src', goesOn('several changes at once (-j SET --add-set a src --del-set b src)')],
  ['--add-set seen nonsense', FAIL],
  ['--add-set seen src --timeout soon', FAIL],
  ['--exist', FAIL],
]);

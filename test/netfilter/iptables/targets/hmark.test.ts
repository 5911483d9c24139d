import { FAIL, goesOn, targetCases } from './cases.js';

targetCases('HMARK', { proto: 6 }, [
  [
    '--hmark-tuple src,dst --hmark-mod 4 --hmark-rnd 1',
    goesOn(`${'the mark made from a hash of the packet'} (-j ${'HMARK'} ${'--hmark-tuple src,dst --hmark-mod 4 --hmark-rnd 1'})`),
  ],
  ['! --nonsense', FAIL],
]);

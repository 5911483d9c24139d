import { FAIL, goesOn, targetCases } from './cases.js';

targetCases('CONNMARK', {}, [
  ['--set-xmark 0x1/0xff', { kind: 'connmark', op: 'set', value: 1, ctmask: 0xff, nfmask: 0xffffffff }],
  ['--set-mark 3', { kind: 'connmark', op: 'set', value: 3, ctmask: 0xffffffff, nfmask: 0xffffffff }],
  ['--set-mark 1 --mask 3', { kind: 'connmark', op: 'set', value: 1, ctmask: 3, nfmask: 0xffffffff }],
  ['--and-mark 0xf', { kind: 'connmark', op: 'set', value: 0, ctmask: 0xfffffff0, nfmask: 0xffffffff }],
  ['--or-mark 2', { kind: 'connmark', op: 'set', value: 2, ctmask: 2, nfmask: 0xffffffff }],
  ['--xor-mark 2', { kind: 'connmark', op: 'set', value: 2, ctmask: 0, nfmask: 0xffffffff }],
  ['--save-mark', { kind: 'connmark', op: 'save', value: 0, ctmask: 0xffffffff, nfmask: 0xffffffff }],
  ['--save-mark --mask 0xff', { kind: 'connmark', op: 'save', value: 0, ctmask: 0xff, nfmask: 0xff }],
  ['--restore-mark --nfmask 0xf --ctmask 0xff', { kind: 'connmark', op: 'restore', value: 0, ctmask: 0xff, nfmask: 0xf }],
  ['--restore-mark --left-shift-mark 0', { kind: 'connmark', op: 'restore', value: 0, ctmask: 0xffffffff, nfmask: 0xffffffff }],
  ['--save-mark --left-shift-mark 2', goesOn('the shifted mark (-j CONNMARK --save-mark --left-shift-mark 2)')],
  ['', FAIL],
  ['--mask 1', FAIL],
  ['--save-mark --restore-mark', FAIL],
  ['--set-mark 0x105/0xf --ctmask 0xff --nfmask 1', { kind: 'connmark', op: 'set', value: 0x105, ctmask: 0xff, nfmask: 0xffffffff }],
  ['--ctmask 0xff --set-mark 0x105', { kind: 'connmark', op: 'set', value: 0x105, ctmask: 0xffffffff, nfmask: 0xffffffff }],
]);
